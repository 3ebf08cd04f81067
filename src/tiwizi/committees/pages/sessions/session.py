"""One session: where it stands, the one step that comes next, its agenda, who is there."""

from typing import Any

from django.utils.translation import gettext as _

from tiwizi.committees.models import Letter, Minutes, Session
from tiwizi.committees.pages.sessions import session_acts
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import steps
from tiwizi.core.errors import say
from tiwizi.office import lists
from tiwizi.office.acts import facts
from tiwizi.office.answers import language
from tiwizi.office.lists import in_words


class SessionPage(session_acts.SessionRoom):
    """GET shows it; who keeps its body sees what to do next, and why it cannot be done yet; POST does it."""

    template = "committees/pages/sessions/session.html"
    acts = (
        session_acts.Convene,
        session_acts.Open,
        session_acts.Resume,
        session_acts.Close,
        session_acts.Lapse,
        session_acts.Suspend,
        session_acts.Cancel,
    )

    def context(self) -> dict[str, Any]:
        session = self.object
        return {
            "session": session,
            "body": self.body,
            "facts": self.facts(),
            "keeps": self.role_for(self.acting) is not None,
            "rows": [{"row": row, "title": row.matter.title(language())} for row in self.rows],
            "current": current(self.rows),
            "members": len(self.seats),
            "written": Minutes.objects.filter(session=session.pk).exists(),
            "first": Session.objects.filter(pk=session.repeats_id).first() if session.repeats_id else None,
            "again": Session.objects.filter(repeats=session.pk).exclude(state="cancelled").first(),
        }

    def facts(self) -> list[tuple[Any, Any]]:
        """Where it stands, where it sits, and by which rule."""
        session, spoken = self.object, language()
        state = [in_words(steps.STATES[session.state]), *([_("second convocation")] if session.second else [])]
        halls = (session.hall_ar, session.hall_fr) if spoken == "ar" else (session.hall_fr, session.hall_ar)
        chair = queries.presiding(session)
        letters = Letter.objects.filter(session=session.pk).count() or None
        return facts(
            (
                lists.Text("state", _("State"), lambda _row: " · ".join(state)),
                lists.Name("hour", _("Hour"), lambda row: f"{row.hour:%H:%M}"),
                lists.Text("hall", _("Hall"), lambda _row: next(filter(None, halls), "")),
                lists.Text("quorum", _("Quorum"), lambda _row: in_words(quorum_of(session))),
                lists.Day("sent_on", _("Convened")),
                lists.Number("letters", _("Invitations written down"), lambda _row: letters),
                lists.Text("presiding", _("Presided by"), lambda _row: chair and chair.name(spoken)),
                lists.Name("rulebook_version", _("Rulebook")),
            ),
            session,
        )


def current(rows: list[queries.Row]) -> queries.Row | None:
    """The item under debate, else the next one to take up."""
    under_way = next((row for row in rows if row.item.taken_up and not record.settled(row.matter.state)), None)
    return under_way or next((row for row in rows if not row.item.taken_up), None)


def quorum_of(session: Session) -> Any:
    """The rule of its quorum, in words."""
    rules = record.sitting(session)
    quorum = rules.second if session.second else rules.first
    if quorum.strictly:
        return say("more than {share} of the members in office", share=str(quorum.share))
    return say("at least {share} of the members in office", share=str(quorum.share))


session = SessionPage.view()
