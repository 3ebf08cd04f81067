"""The addresses of organisations."""

from django.urls import path

from tiwizi.organisations.pages.carriers import carrier, carriers

urlpatterns = [
    path("", carriers, name="carriers"),
    path("<int:pk>/", carrier, name="carrier"),
]
