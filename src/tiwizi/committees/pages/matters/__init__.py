"""The addresses of matters and their documents."""

from django.urls import path

from tiwizi.committees.pages.matters.document import document
from tiwizi.committees.pages.matters.document_new import document_new
from tiwizi.committees.pages.matters.matter import matter
from tiwizi.committees.pages.matters.matter_change import matter_change
from tiwizi.committees.pages.matters.matter_new import matter_new
from tiwizi.committees.pages.matters.matters import matters

urlpatterns = [
    path("", matters, name="matters"),
    path("new/", matter_new, name="matter_new"),
    path("<int:pk>/", matter, name="matter"),
    path("<int:pk>/change/", matter_change, name="matter_change"),
    path("<int:pk>/documents/new/", document_new, name="document_new"),
    path("documents/<int:pk>/", document, name="document"),
]
