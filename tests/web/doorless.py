"""Addresses with one view that declares nobody: the planted fault of the door's check."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tiwizi.web.addresses import handler403, handler404, handler500
from tiwizi.web.addresses import urlpatterns as ours


def doorless(_request: HttpRequest) -> HttpResponse:
    """A page that somebody forgot to guard."""
    return HttpResponse("secret")


urlpatterns = [*ours, path("doorless/", doorless)]

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
