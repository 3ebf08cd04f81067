"""An office to try: a place with its real figures; people, an envelope and scenarios that the programme makes up.

Names are drawn by a seeded generator from given names and family names in use; passphrases by the system's randomness, kept
in the office's folder for who started it. Every such account is marked as demonstration wherever it appears.
"""

import json
import os
import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings

from tiwizi import store
from tiwizi.budgets import commands as budgets
from tiwizi.core.errors import Sentence, say
from tiwizi.core.rulebook.demonstration import Demonstration
from tiwizi.database.scope import everything
from tiwizi.journal.commands import Actor
from tiwizi.measures import loading as measuring
from tiwizi.people import commands as people
from tiwizi.people import founding
from tiwizi.people.models import Account
from tiwizi.territories import loading as places
from tiwizi.territories.models import Place
from tiwizi.web import demo_committees

MACHINE: Final = Actor(account="demonstration", role="")
SEED: Final = 20261123


def fill(*, step: Callable[[Sentence], None] = lambda _sentence: None) -> list[dict[str, str]]:
    """Who can sign in and how: role, place, email, passphrase. Fills the office the first time, and only reads it afterwards."""
    kept = settings.HOME / "demonstration.json"
    if kept.exists():
        known: list[dict[str, str]] = json.loads(kept.read_text(encoding="utf-8"))
        return known
    at, asked = datetime.now(tz=UTC), store.demonstration()
    with everything():
        step(say("Loading the places of {place}", place=asked.place))
        places.load_sources(asked.place, by=MACHINE, at=at)
        seat = Place.objects.get(code=asked.place, until=None)
        founding.declare(seat, reference="tiwizi demo", demonstration=True, by=MACHINE, at=at)
        accounts, cast = _people(asked, at)
        step(say("Measuring"))
        run = measuring.census_run(asked.place, by=MACHINE, account=accounts["officer"], at=at)
        step(say("Preparing scenarios"))
        _budget(asked, run, accounts["officer"], at)
        step(say("Seating the committees"))
        seat = Place.objects.get(code=asked.place, until=None)
        demo_committees.fill(asked.committees, seat, accounts["provincial_secretary"], SEED)
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(cast, file, ensure_ascii=False, indent=1)
    return cast


def _people(asked: Demonstration, at: datetime) -> tuple[dict[str, Account], list[dict[str, str]]]:
    """The accounts, the first of each role by its role; and who can sign in."""
    draw = random.Random(SEED)  # noqa: S311 # names, not secrets
    accounts: dict[str, Account] = {}
    cast = []
    for one in asked.cast:
        passphrase = "-".join(secrets.choice(asked.passphrase_words) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"
        name = f"{draw.choice(asked.given)} {draw.choice(asked.family)}"
        email = f"{one.address}@demo.example"
        account = people.create_account(email=email, name=name, passphrase=passphrase, at=at, by=MACHINE, demonstration=True)
        place = Place.objects.get(code=one.place, until=None)
        people.give_role(account, kind=one.role, place=place, since=asked.since, by=MACHINE, at=at)
        accounts.setdefault(one.role, account)
        cast.append({"role": one.role, "place": one.place, "email": email, "passphrase": passphrase})
    return accounts, cast


def _budget(asked: Demonstration, run: Any, officer: Account, at: datetime) -> None:
    seat, money = Place.objects.get(code=asked.place, until=None), asked.envelope
    actor = Actor(account=str(officer.pk), role=f"officer@{asked.place}")
    envelope = budgets.open_envelope(
        place=seat, year=money.year, title=money.title, amount_dh=money.amount_dh, account=officer, by=actor, at=at
    )
    budgets.draft(envelope, run=run, name=money.scenario, account=officer, by=actor, at=at)
    remote = budgets.draft(envelope, run=run, name=money.other_scenario, account=officer, by=actor, at=at)
    weights = {**remote.weights, **{one.criterion: one.weight for one in money.other_weights}}
    budgets.change(remote, version=remote.version, weights=weights, account=officer, by=actor, at=at)
