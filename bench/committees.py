"""The office of a committee with years of records: each of its pages, as its secretary loads them.

One server process serves; the load comes from this one. The office is filled once and kept: Khénifra with its communes, one
committee of 100 members, 1,000 sessions with three matters each, who was there, every vote and every decision, all made up by
seed; and an open session in the middle of a vote. A run with any answer but 200 fails.
"""

import http.client
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import quote

from bench import office

HOME: Final = Path(tempfile.gettempdir()) / "tiwizi-bench-committees"
TIMES, WARM = 60, 5
LIMIT: Final = 200
"""Milliseconds within which 95 % of the answers come."""


def fill() -> None:
    """Fills the office of this process's TIWIZI_HOME; prints the addresses of the load as JSON."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
    django.setup()
    from datetime import UTC, date, datetime

    from django.db import transaction

    from bench import committees_rows as rows
    from tiwizi.database.scope import everything
    from tiwizi.journal.commands import Actor
    from tiwizi.people import commands as people
    from tiwizi.territories.loading import load_sources
    from tiwizi.territories.models import Place
    from tiwizi.web import serving

    serving.prepare()
    at, machine = datetime.now(tz=UTC), Actor(account="bench", role="")
    passphrase = secrets.token_urlsafe(24)
    with everything(), transaction.atomic():
        load_sources("05.301", by=machine, at=at)
        who = {"email": office.WHO, "name": "Secretary", "passphrase": passphrase}
        account = people.create_account(**who, at=at, by=machine, demonstration=True)
        province = Place.objects.get(code="05.301", until=None)
        people.give_role(account, kind="provincial_secretary", place=province, since=date(2019, 1, 1), by=machine, at=at)
        addresses = rows.fill(province, account, by=machine, at=at)
    (HOME / "bench.json").write_text(json.dumps({"passphrase": passphrase, **addresses}), encoding="utf-8")


def pages(addresses: dict[str, Any]) -> dict[str, Callable[[Random], str]]:
    """The address of each page; rows at random where there are many."""
    base = "/committees"
    searched = {"Arabic": ("الماء الشروب", "المسالك", "مدرسه"), "French": ("eau potable", "piste", "école")}

    def one_of(name: str, address: str) -> Callable[[Random], str]:
        return lambda draw: base + address.format(draw.choice(addresses[name]))

    def search(language: str) -> Callable[[Random], str]:
        return lambda draw: f"{base}/decisions/?q={quote(draw.choice(searched[language]))}"

    return {
        "list of committees": lambda _draw: f"{base}/",
        "committee of 100 members": lambda _draw: f"{base}/{addresses['body']}/",
        "list of 1,000 sessions, a page at random": lambda draw: f"{base}/sessions/?page={draw.randint(1, 20)}",
        "session, closed": one_of("sessions", "/sessions/{}/"),
        "session, open, 100 members": lambda _draw: f"{base}/sessions/{addresses['open']}/",
        "presence of the open session": lambda _draw: f"{base}/sessions/{addresses['open']}/presence/",
        "item with an open vote of 100": lambda _draw: f"{base}/sessions/items/{addresses['voting']}/",
        "item with its votes, decided": one_of("items", "/sessions/items/{}/"),
        "list of 3,000 matters": lambda _draw: f"{base}/matters/",
        "matters, searched": lambda _draw: f"{base}/matters/?q={quote('piste')}",
        "matter": one_of("matters", "/matters/{}/"),
        "who decides what, 40 acts": lambda _draw: f"{base}/delegation/",
        "way of a decision": one_of("matters", "/delegation/path/{}/"),
        "way of a decision to come, 40 acts": one_of("waiting", "/delegation/path/{}/"),
        "register of 3,000 decisions": lambda draw: f"{base}/decisions/?page={draw.randint(1, 60)}",
        "register, searched in Arabic": search("Arabic"),
        "register, searched in French": search("French"),
        "decision": one_of("numbers", "/decisions/{}/"),
        "minutes, sealed": lambda _draw: f"{base}/minutes/{addresses['sealed']}/",
    }


def asked(cookie: str, name: str, address: Callable[[Random], str]) -> list[float]:
    """Seconds of each answer, one after another, after some that do not count. Stops at any answer but 200.

    Each page draws its own rows: none benefits from what another has read.
    """
    draw, line, taken = Random(name), http.client.HTTPConnection("127.0.0.1", office.PORT, timeout=60), []  # noqa: S311
    for _turn in range(WARM + TIMES):
        where = address(draw)
        start = time.perf_counter()
        status, body, _headers = office.get(line, where, cookie)
        taken.append(time.perf_counter() - start)
        if status != 200 or len(body) < 200:
            raise SystemExit(f"{where} answered {status}")
    return taken[WARM:]


def main() -> None:
    """Prints the table."""
    environment = office.environment(HOME)
    if not (HOME / "bench.json").exists():
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "bench.committees", "fill"], env=environment, check=True)
    addresses = json.loads((HOME / "bench.json").read_text(encoding="utf-8"))
    print(f"\nA committee of 100 members: {addresses['counts']}, one server process, one reader")
    print(f"{'milliseconds':<52}{'median':>9}{'95 %':>9}{'most':>9}{'aim':>8}")
    with office.served(HOME):
        cookie = office.signed_in(addresses["passphrase"])
        for name, address in pages(addresses).items():
            office.row(name, asked(cookie, name, address), LIMIT)


if __name__ == "__main__":
    fill() if sys.argv[1:] == ["fill"] else main()
