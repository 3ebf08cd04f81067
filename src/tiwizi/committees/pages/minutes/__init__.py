"""The addresses of minutes, invitations and the pack of a session."""

from django.urls import path

from tiwizi.committees.pages.minutes.letters import letters
from tiwizi.committees.pages.minutes.minutes import minutes
from tiwizi.committees.pages.minutes.minutes_file import minutes_file
from tiwizi.committees.pages.minutes.scan import scan
from tiwizi.committees.pages.minutes.session_pack import session_pack

urlpatterns = [
    path("<int:pk>/", minutes, name="minutes"),
    path("<int:pk>/letters.pdf", letters, name="letters"),
    path("<int:pk>/pack.zip", session_pack, name="session_pack"),
    path("files/<int:pk>/", minutes_file, name="minutes_file"),
    path("scans/<int:pk>/", scan, name="scan"),
]
