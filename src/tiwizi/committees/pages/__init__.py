"""The addresses of committees, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("tiwizi.committees.pages.bodies")),
    path("sessions/", include("tiwizi.committees.pages.sessions")),
    path("minutes/", include("tiwizi.committees.pages.minutes")),
    path("matters/", include("tiwizi.committees.pages.matters")),
    path("delegation/", include("tiwizi.committees.pages.delegation")),
    path("decisions/", include("tiwizi.committees.pages.register")),
]
