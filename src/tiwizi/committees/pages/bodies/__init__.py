"""The addresses of committees, their members and trainings."""

from django.urls import path

from tiwizi.committees.pages.bodies.activities import activities
from tiwizi.committees.pages.bodies.activity import activity
from tiwizi.committees.pages.bodies.bodies import bodies
from tiwizi.committees.pages.bodies.body import body
from tiwizi.committees.pages.bodies.mandate import mandate
from tiwizi.committees.pages.bodies.mandate_new import mandate_new

urlpatterns = [
    path("", bodies, name="bodies"),
    path("<int:pk>/", body, name="body"),
    path("<int:pk>/members/new/", mandate_new, name="mandate_new"),
    path("members/<int:pk>/", mandate, name="mandate"),
    path("<int:pk>/trainings/", activities, name="activities"),
    path("trainings/<int:pk>/", activity, name="activity"),
]
