"""The addresses of territories: the tree, search, one place's history, tiles of the map, imports."""

from django.urls import path

from tiwizi.territories.pages.history import history
from tiwizi.territories.pages.import_new import import_new
from tiwizi.territories.pages.import_show import import_copy, import_settle, import_show
from tiwizi.territories.pages.imports import imports
from tiwizi.territories.pages.places import places
from tiwizi.territories.pages.reorganise import reorganise
from tiwizi.territories.pages.search import search
from tiwizi.territories.pages.tiles import tiles

urlpatterns = [
    path("", places, name="places"),
    path("search/", search, name="place_search"),
    path("places/<str:code>/history/", history, name="place_history"),
    path("places/<str:code>/reorganise/", reorganise, name="reorganise"),
    path("tiles/<int:z>/<int:x>/<int:y>.pbf", tiles, name="tiles"),
    path("imports/", imports, name="imports"),
    path("imports/new/", import_new, name="import_new"),
    path("imports/<int:pk>/", import_show, name="import_show"),
    path("imports/<int:pk>/copy.xlsx", import_copy, name="import_copy"),
    path("imports/<int:pk>/<str:act>/", import_settle, name="import_settle"),
]
