"""The addresses of acts of delegation and who may decide what."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
