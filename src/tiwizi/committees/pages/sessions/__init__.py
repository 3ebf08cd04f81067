"""The addresses of sessions, their agenda, presence and votes."""

from django.urls import path

from tiwizi.committees.pages.sessions.item import item
from tiwizi.committees.pages.sessions.session import session
from tiwizi.committees.pages.sessions.session_agenda import session_agenda
from tiwizi.committees.pages.sessions.session_new import session_new
from tiwizi.committees.pages.sessions.session_presence import session_presence
from tiwizi.committees.pages.sessions.sessions import sessions

urlpatterns = [
    path("", sessions, name="sessions"),
    path("new/", session_new, name="session_new"),
    path("<int:pk>/", session, name="session"),
    path("<int:pk>/agenda/", session_agenda, name="session_agenda"),
    path("<int:pk>/presence/", session_presence, name="session_presence"),
    path("items/<int:pk>/", item, name="item"),
]
