"""The addresses of the office itself: home, language, health, the journal, the people and their roles."""

from django.urls import path

from tiwizi.web.pages.confirm_invitation import confirm_invitation, send_invitation
from tiwizi.web.pages.end_role import end_role
from tiwizi.web.pages.health import health
from tiwizi.web.pages.home import home
from tiwizi.web.pages.invite import invite
from tiwizi.web.pages.journal import checkpoint, journal
from tiwizi.web.pages.language import language
from tiwizi.web.pages.people import people

urlpatterns = [
    path("", home, name="home"),
    path("language/", language, name="language"),
    path("health/", health, name="health"),
    path("journal/", journal, name="journal"),
    path("journal/checkpoint/", checkpoint, name="checkpoint"),
    path("people/", people, name="people"),
    path("people/invite/", invite, name="invite"),
    path("people/invitations/<int:pk>/confirm/", confirm_invitation, name="invitation_confirm"),
    path("people/invitations/<int:pk>/send/", send_invitation, name="invitation_send"),
    path("people/roles/<int:pk>/end/", end_role, name="role_end"),
]
