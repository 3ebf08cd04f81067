"""The session, item or vote that an address names, with its body; a foreign one is simply absent."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tiwizi.committees.models import Body, Item, Mandate, Poll, Session

MOST_DIGITS = 15
"""More are no number of ours."""


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


def poll_of(pk: int) -> Poll:
    """A vote with its item, session and body. Raises Http404."""
    found: Poll = get_object_or_404(Poll.objects, pk=pk)
    found.item = item_of(found.item_id)
    return found


def number_in(request: HttpRequest, name: str) -> int:
    """A number that a form sent; 0 where it sent none."""
    return number_of(request.POST.get(name, ""))


def number_of(text: str) -> int:
    """A whole number as a form sends it; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


def mandate_in(request: HttpRequest, name: str, body: Body) -> Mandate:
    """The seat of this body that a form names. Raises Http404 where it names none."""
    found: Any = Mandate.objects.filter(pk=number_in(request, name), body=body.pk).select_related("person").first()
    if found is None:
        raise Http404(name)
    mandate: Mandate = found
    return mandate
