"""All addresses of the office, app by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("tiwizi.web.pages")),
    path("account/", include("tiwizi.people.pages")),
    path("territories/", include("tiwizi.territories.pages")),
    path("measures/", include("tiwizi.measures.pages")),
    path("committees/carriers/", include("tiwizi.organisations.pages")),
    path("committees/", include("tiwizi.committees.pages")),
    path("budgets/", include("tiwizi.budgets.pages")),
]
handler400 = "tiwizi.web.refusals.bad_request"
handler403 = "tiwizi.web.refusals.forbidden"
handler404 = "tiwizi.web.refusals.not_found"
handler500 = "tiwizi.web.refusals.failed"
