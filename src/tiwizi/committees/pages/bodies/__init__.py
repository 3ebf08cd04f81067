"""The addresses of committees, their members, carriers and trainings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
