"""The addresses of the register of decisions, and of the check of a printed code."""

from django.urls import path

from tiwizi.committees.pages.register.check import check, check_code
from tiwizi.committees.pages.register.decision import decision
from tiwizi.committees.pages.register.decisions import decisions
from tiwizi.committees.pages.register.public_decisions import public_decision, public_decisions

urlpatterns = [
    path("", decisions, name="decisions"),
    path("public/", public_decisions, name="public_decisions"),
    path("public/<str:number>/", public_decision, name="public_decision"),
    path("check/", check, name="check"),
    path("check/<str:code>/", check_code, name="check_code"),
    path("<str:number>/", decision, name="decision"),
]
