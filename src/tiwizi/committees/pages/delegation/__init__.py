"""The addresses of acts of delegation and who may decide what."""

from django.urls import path

from tiwizi.committees.pages.delegation.act import act
from tiwizi.committees.pages.delegation.call_back_new import call_back_new
from tiwizi.committees.pages.delegation.decision_path import decision_path
from tiwizi.committees.pages.delegation.delegation import delegation
from tiwizi.committees.pages.delegation.delegation_new import delegation_new
from tiwizi.committees.pages.delegation.revocation_new import revocation_new

urlpatterns = [
    path("", delegation, name="delegation"),
    path("new/", delegation_new, name="delegation_new"),
    path("revoke/", revocation_new, name="revocation_new"),
    path("call-back/", call_back_new, name="call_back_new"),
    path("act/<str:number>/", act, name="act"),
    path("path/<int:pk>/", decision_path, name="decision_path"),
]
