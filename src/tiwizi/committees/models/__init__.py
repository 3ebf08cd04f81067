"""The nouns of committees: bodies and seats, sessions and votes, acts of delegation, minutes."""

from tiwizi.committees.models.bodies import Activity, Attendance, Body, Deputy, Mandate
from tiwizi.committees.models.delegation import Act, Approval, CallBack, CeilingUse, Revocation
from tiwizi.committees.models.minutes import Letter, Minutes, Scan, Signature
from tiwizi.committees.models.sessions import (
    Amendment,
    Document,
    Item,
    Matter,
    Papers,
    Poll,
    Presence,
    Resolution,
    Session,
    Vote,
)

__all__ = [
    "Act",
    "Activity",
    "Amendment",
    "Approval",
    "Attendance",
    "Body",
    "CallBack",
    "CeilingUse",
    "Deputy",
    "Document",
    "Item",
    "Letter",
    "Mandate",
    "Matter",
    "Minutes",
    "Papers",
    "Poll",
    "Presence",
    "Resolution",
    "Revocation",
    "Scan",
    "Session",
    "Signature",
    "Vote",
]
