"""The session, item or vote that an address names, with its body; a foreign one is simply absent."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404

from tiwizi.committees.models import Body, Item, Session
from tiwizi.committees.queries.record import Seat
from tiwizi.office.answers import language


def session_of(pk: int) -> Session:
    """A session with its body. Raises Http404."""
    found: Session = get_object_or_404(Session.objects, pk=pk)
    found.body = get_object_or_404(Body.objects, pk=found.body_id)
    return found


def item_of(pk: int) -> Item:
    """An item with its session and body. Raises Http404."""
    found: Item = get_object_or_404(Item.objects, pk=pk)
    found.session = session_of(found.session_id)
    return found


def members(seats: Iterable[Seat]) -> list[tuple[Any, str]]:
    """The seats to choose from, by name."""
    return [(seat.mandate, seat.person.name(language())) for seat in seats]
