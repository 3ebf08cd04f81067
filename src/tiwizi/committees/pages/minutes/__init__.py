"""The addresses of minutes, invitations and the pack of a session."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
