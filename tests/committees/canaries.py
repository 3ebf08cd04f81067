"""Rows of committees at a place, each with a word of its own: what no answer elsewhere may hold."""

from datetime import date, time
from typing import Any

from django.apps import apps
from tests.trees import AT
from tests.walls import down

from tiwizi.committees import models
from tiwizi.committees.rules import procedure
from tiwizi.committees.rules.voting import Majority
from tiwizi.journal.models import Entry
from tiwizi.organisations.models import Carrier, Person, Tie
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

MODELS: tuple[Any, ...] = tuple(
    model for app in ("organisations", "committees") for model in apps.get_app_config(app).get_models()
)
"""Every table of committees, and of the registers of those who ask."""


@down(*MODELS)
def rows_at(seat: Place, communes: tuple[Place, ...], name: str, account: Account, above: models.Body | None) -> dict[str, Any]:
    """A committee with a member, a session, a matter voted on, a reserved decision, an act, files; bodies are public."""
    entry = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 1
    word, here = f"Canary{name}", {"position": seat.position}
    body = models.Body.objects.create(
        code=f"body-{name}",
        kind="provincial" if seat.level == "province" else "local",
        place=seat,
        place_code=seat.code,
        last=seat.last,
        reach=seat.last,
        name_ar=f"لجنة {seat.pk}",
        name_fr=f"Comité {seat.pk}",
        since=date(2026, 1, 1),
        above=above.code if above else "",
        **here,
    )
    person = Person.objects.create(name_fr=f"{word}member", sex="woman", birth_year=1990, **here)
    mandate = models.Mandate.objects.create(
        body=body, person=person, college="elected", chair=True, since=date(2026, 1, 1), **here
    )
    place = communes[0] if communes else seat
    carrier = Carrier.objects.create(code=f"{word}carrier", kind="association", name_fr=f"{word}asks", place=place, **here)
    Tie.objects.create(person=person, carrier=carrier, kind="board", since=date(2026, 1, 1), source="register", **here)
    activity = models.Activity.objects.create(body=body, kind="training", title=f"{word}training", year=2026, **here)
    _rules, committees, version = procedure.rules_on(date(2026, 1, 1))
    majority = Majority.of_rule(committees.majority("simple")).as_kept()
    sitting = procedure.sitting_kept(procedure.sitting_rules(committees.body(body.kind)))
    session = models.Session.objects.create(
        body=body,
        number="1/2026",
        day=date(2026, 3, 1),
        hour=time(10),
        hall_fr=f"{word}hall",
        state="closed",
        sitting=sitting,
        sent_on=date(2026, 2, 1),
        closed_at=AT,
        by=account,
        at=AT,
        **here,
    )
    matter = models.Matter.objects.create(
        code=f"{seat.code}-2026-9",
        kind="project",
        title_fr=f"{word}matter",
        text_fr=f"{word}text",
        programme="basic_services",
        axis="douars",
        project_kind="water",
        amount_centimes=100,
        place=place,
        place_code=place.code,
        carrier=carrier,
        opened=date(2026, 1, 1),
        state="adopted",
        majority=majority,
        reserved=True,
        rulebook_version=version,
        by=account,
        at=AT,
        position=place.position,
    )
    document = models.Document.objects.create(
        matter=matter,
        name=f"{word}document",
        media="application/pdf",
        content=word.encode(),
        sha256=f"{name:0<64}",
        by=account,
        at=AT,
        position=matter.position,
    )
    scan = models.Scan.objects.create(
        session=session,
        number=1,
        name=f"{word}chair",
        media="application/pdf",
        content=f"{word}scan".encode(),
        sha256=f"{name:1<64}",
        by=account,
        at=AT,
        **here,
    )
    item = models.Item.objects.create(session=session, number=1, matter=matter, taken_up=True, **here)
    models.Presence.objects.create(session=session, mandate=mandate, how="present", item=0, vote=0, at=AT, **here)
    poll = models.Poll.objects.create(
        item=item,
        number=1,
        secret=False,
        majority=majority,
        presiding=mandate,
        result="adopted",
        tally={},
        words={},
        opened_at=AT,
        closed_at=AT,
        **here,
    )
    models.Vote.objects.create(poll=poll, mandate=mandate, choice="yes", at=AT, **here)
    act = models.Act.objects.create(
        number=f"ACT-{name}",
        body=body,
        giver=above,
        programmes=["*"],
        axes=["*"],
        matters=["*"],
        kinds=["*"],
        first=seat.position,
        last=seat.last,
        place_code=seat.code,
        since=date(2026, 1, 1),
        signed_by="The governor",
        signed_on=date(2026, 1, 1),
        entry=entry,
        by=account,
        at=AT,
        reach=seat.last,
        **here,
    )
    resolution = models.Resolution.objects.create(
        number=f"R-{name}",
        body=body,
        item=item,
        matter=matter,
        poll=poll,
        result="adopted",
        decided_on=session.day,
        kind="project",
        title_fr=f"{word}decision",
        amount_centimes=100,
        place_code=place.code,
        act=act,
        legal_basis={},
        words={},
        effect={},
        folded=name,
        entry=entry,
        by=account,
        at=AT,
        **here,
    )
    minutes = models.Minutes.objects.create(
        session=session,
        language="fr",
        number=1,
        code=f"C{name}"[:10],
        media="pdf",
        content=word.encode(),
        sha256="0" * 64,
        data={},
        by=account,
        at=AT,
        **here,
    )
    return {
        "body": body,
        "mandate": mandate,
        "carrier": carrier,
        "activity": activity,
        "session": session,
        "matter": matter,
        "document": document,
        "item": item,
        "poll": poll,
        "act": act,
        "resolution": resolution,
        "minutes": minutes,
        "scan": scan,
    }
