"""What the office as a whole declares: the sections of accounts and of the journal, addresses that belong to no other app."""

from django.utils.translation import gettext_lazy as _

from tiwizi.people.models import Invitation
from tiwizi.registration import App, Case, Row, Section

APP = App(
    sections=(
        Section(60, "people.see", "people", _("Accounts")),
        Section(70, "journal.see", "journal", _("Journal")),
    ),
    cases={
        **dict.fromkeys(("language", "health"), Case(door="public")),
        "home": Case(door="own"),
        "role_end": Case((0,)),
        "invitation_confirm": Case((Row(Invitation, where={"kind": "chair"}),)),
        "invitation_send": Case((Row(Invitation, where={"kind": "reader"}),)),
    },
)
