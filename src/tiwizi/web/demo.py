"""An office to try: Khénifra with its real places and figures; people, an envelope and scenarios that are made up.

Names are drawn by a seeded generator from given names and family names in use; passphrases by the system's randomness, kept
in the office's folder for who started it. Every such account is marked as demonstration wherever it appears.
"""

import json
import os
import random
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from django.conf import settings

from tiwizi.budgets import commands as budgets
from tiwizi.core.errors import Sentence, say
from tiwizi.database.scope import everything
from tiwizi.journal.commands import Actor
from tiwizi.measures import loading as measuring
from tiwizi.people import commands as people
from tiwizi.people import founding
from tiwizi.people.models import Account
from tiwizi.territories import loading as places
from tiwizi.territories.models import Place
from tiwizi.web import demo_committees

PROVINCE: Final = "05.301"
ENVELOPE_DH: Final = 32_000_000
MACHINE: Final = Actor(account="demonstration", role="")
SEED: Final = 20261123

GIVEN: Final = ("فاطمة", "خديجة", "عائشة", "مريم", "زينب", "محمد", "أحمد", "يوسف", "حسن", "إدريس", "موحى", "إيطو")
FAMILY: Final = ("أوعلي", "الزياني", "أمزيان", "بن حدو", "أوحمو", "الرحماني", "أيت عمر", "بوعزة", "العلوي", "أزكاغ")
# Who works there: role, place, the first part of the address.
CAST: Final = (
    ("administrator", PROVINCE, "admin"),
    ("officer", PROVINCE, "das"),
    ("provincial_secretary", PROVINCE, "cpdh"),
    ("analyst", PROVINCE, "analyst"),
    ("local_secretary", "05.301.07", "aguelmous"),
    ("local_secretary", "05.301.03", "elkbab"),
    ("reader", PROVINCE, "reader"),
    ("chair", PROVINCE, "governor"),
    ("chair", "05.301.07", "chair"),
)
WORDS: Final = ("atlas", "cedar", "spring", "bread", "olive", "river", "snow", "barley", "wool", "thyme", "almond", "copper")


def fill(*, step: Callable[[Sentence], None] = lambda _sentence: None) -> list[dict[str, str]]:
    """Who can sign in and how: role, place, email, passphrase. Fills the office the first time, and only reads it afterwards."""
    kept = settings.HOME / "demonstration.json"
    if kept.exists():
        known: list[dict[str, str]] = json.loads(kept.read_text(encoding="utf-8"))
        return known
    at = datetime.now(tz=UTC)
    with everything():
        step(say("Loading the places of {place}", place=PROVINCE))
        places.load_sources(PROVINCE, by=MACHINE, at=at)
        province = Place.objects.get(code=PROVINCE, until=None)
        founding.declare(province, reference="tiwizi demo", demonstration=True, by=MACHINE, at=at)
        accounts, cast = _people(at)
        step(say("Measuring"))
        run = measuring.census_run(PROVINCE, by=MACHINE, account=accounts["das"], at=at)
        step(say("Preparing scenarios"))
        _budget(run, accounts["das"], at)
        step(say("Seating the committees"))
        demo_committees.fill(Place.objects.get(code=PROVINCE, until=None), accounts["cpdh"], SEED)
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(cast, file, ensure_ascii=False, indent=1)
    return cast


def _people(at: datetime) -> tuple[dict[str, Account], list[dict[str, str]]]:
    draw = random.Random(SEED)  # noqa: S311 # names, not secrets
    accounts, cast = {}, []
    for kind, code, first in CAST:
        passphrase = "-".join(secrets.choice(WORDS) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"
        name = f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}"
        email = f"{first}@demo.example"
        account = people.create_account(email=email, name=name, passphrase=passphrase, at=at, by=MACHINE, demonstration=True)
        place = Place.objects.get(code=code, until=None)
        people.give_role(account, kind=kind, place=place, since=date(2026, 1, 1), by=MACHINE, at=at)
        accounts[first] = account
        cast.append({"role": kind, "place": code, "email": email, "passphrase": passphrase})
    return accounts, cast


def _budget(run: Any, officer: Account, at: datetime) -> None:
    province = Place.objects.get(code=PROVINCE, until=None)
    actor = Actor(account=str(officer.pk), role=f"officer@{PROVINCE}")
    envelope = budgets.open_envelope(
        place=province, year=2027, title="INDH 2027", amount_dh=ENVELOPE_DH, account=officer, by=actor, at=at
    )
    budgets.draft(envelope, run=run, name="الأوزان المعتمدة", account=officer, by=actor, at=at)
    remote = budgets.draft(envelope, run=run, name="الأولوية للدواوير البعيدة", account=officer, by=actor, at=at)
    weights = {**remote.weights, "remoteness": 40, "poverty": 20}
    budgets.change(remote, version=remote.version, weights=weights, account=officer, by=actor, at=at)
