"""The addresses of measures."""

from django.urls import path

from tiwizi.measures.pages.datasets import dataset, dataset_new, datasets
from tiwizi.measures.pages.explorer import explorer, measure_values
from tiwizi.measures.pages.households import households_new
from tiwizi.measures.pages.households_map import households_map
from tiwizi.measures.pages.place import place
from tiwizi.measures.pages.place_chart import place_chart
from tiwizi.measures.pages.poverty import poverty, poverty_chart
from tiwizi.measures.pages.run import run, run_replay, run_stop
from tiwizi.measures.pages.runs import run_new, runs

urlpatterns = [
    path("", explorer, name="explorer"),
    path("values.json", measure_values, name="measure_values"),
    path("places/<str:code>/", place, name="place"),
    path("places/<str:code>/chart.svg", place_chart, name="place_chart"),
    path("runs/", runs, name="runs"),
    path("runs/new/", run_new, name="run_new"),
    path("runs/<int:pk>/", run, name="run"),
    path("runs/<int:pk>/replay/", run_replay, name="run_replay"),
    path("runs/<int:pk>/stop/", run_stop, name="run_stop"),
    path("runs/<int:pk>/poverty/", poverty, name="poverty"),
    path("runs/<int:pk>/poverty.svg", poverty_chart, name="poverty_chart"),
    path("households/", households_new, name="households_new"),
    path("households/columns/", households_map, name="households_map"),
    path("tables/", datasets, name="datasets"),
    path("tables/new/", dataset_new, name="dataset_new"),
    path("tables/<int:pk>/", dataset, name="dataset"),
]
