"""The addresses of the register of decisions, and the check of a printed code."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
