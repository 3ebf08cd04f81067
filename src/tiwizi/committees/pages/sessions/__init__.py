"""The addresses of sessions, their agenda, presence and votes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
