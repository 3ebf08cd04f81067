"""The addresses of measures."""

from django.urls import path

from tiwizi.measures.pages.datasets import dataset, dataset_new, datasets
from tiwizi.measures.pages.explorer import explorer, measure_values
from tiwizi.measures.pages.place import place
from tiwizi.measures.pages.run import run, run_replay
from tiwizi.measures.pages.runs import run_new, runs

urlpatterns = [
    path("", explorer, name="explorer"),
    path("values.json", measure_values, name="measure_values"),
    path("places/<str:code>/", place, name="place"),
    path("runs/", runs, name="runs"),
    path("runs/new/", run_new, name="run_new"),
    path("runs/<int:pk>/", run, name="run"),
    path("runs/<int:pk>/replay/", run_replay, name="run_replay"),
    path("tables/", datasets, name="datasets"),
    path("tables/new/", dataset_new, name="dataset_new"),
    path("tables/<int:pk>/", dataset, name="dataset"),
]
