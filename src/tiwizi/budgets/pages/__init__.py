"""The addresses of budgets: envelopes, scenarios, their comparison, reasons and adoption."""

from django.urls import path

from tiwizi.budgets.pages.adopt import adopt
from tiwizi.budgets.pages.bring import bring
from tiwizi.budgets.pages.compare import compare, compare_curves, compare_differences
from tiwizi.budgets.pages.envelope import envelope
from tiwizi.budgets.pages.envelopes import envelopes
from tiwizi.budgets.pages.reasons import reasons, sheet
from tiwizi.budgets.pages.recompute import recompute
from tiwizi.budgets.pages.scenario import curve, scenario

urlpatterns = [
    path("", envelopes, name="envelopes"),
    path("<int:pk>/", envelope, name="envelope"),
    path("scenarios/<int:pk>/", scenario, name="scenario"),
    path("scenarios/<int:pk>/recompute/", recompute, name="recompute"),
    path("scenarios/<int:pk>/curve.svg", curve, name="scenario_curve"),
    path("scenarios/<int:pk>/adopt/", adopt, name="adopt"),
    path("scenarios/<int:pk>/bring/", bring, name="bring"),
    path("scenarios/<int:pk>/places/<str:code>/", reasons, name="reasons"),
    path("scenarios/<int:pk>/places/<str:code>/sheet.pdf", sheet, name="sheet"),
    path("compare/", compare, name="compare"),
    path("compare/curves.svg", compare_curves, name="compare_curves"),
    path("compare/differences.svg", compare_differences, name="compare_differences"),
]
