"""The texts on which a decision rests, in words."""

from tiwizi.committees.models import Act, Matter, Session
from tiwizi.core.errors import Sentence, say
from tiwizi.core.rulebook.subjects import Committees


def legal_basis(session: Session, act: Act | None, committees: Committees, matter: Matter) -> list[Sentence]:
    """The act under which a body decides, its convocation, and the majority that its rulebook asks for."""
    found = []
    if act is not None:
        found.append(say("Act {act} signed by {who} on {day}.", act=act.number, who=act.signer, day=act.signed_on))
        if act.reference:
            found.append(say("Text: {reference}", reference=act.reference))
    if session.sent_on is not None:
        found.append(
            say(
                "Convocation of {sent} to session {number} of {day}.",
                sent=session.sent_on,
                number=session.number,
                day=session.day,
            )
        )
    kind = {one.code: one for one in committees.matters}.get(matter.kind)
    if kind is not None:
        found.append(say("Majority of the rulebook: {majority}.", majority=committees.majority(kind.majority).label))
    found.append(say("Rulebook of the procedure: {version}.", version=matter.rulebook_version))
    return found
