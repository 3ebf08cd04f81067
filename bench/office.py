"""The office with all of Morocco: twenty readers at once, a moving slider, cold tiles, the map's first drawing, weights.

One server process serves; the load comes from this one. The office is filled once and kept: 1,503 communes with their census,
33,000 made-up douars, and a table of 40 made-up measures over 10 years. A run with any answer but 200 fails.
"""

import http.client
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

HOME: Final = Path(tempfile.gettempdir()) / "tiwizi-bench-office"
PORT: Final = 8461
READERS, TURNS = 20, 12
PAUSE: Final = 2.0
"""Seconds that a reader looks at a page, on average."""
KINDS, YEARS = 40, 10
DOUARS: Final = 33_000
WHO: Final = "reader@bench.example"
TILES: Final = ((4, 7, 6), (5, 15, 12), (6, 31, 25), (7, 62, 51), (8, 124, 102), (9, 248, 205))


def fill() -> None:
    """Fills the office of this process's TIWIZI_HOME; prints the addresses of the load as JSON."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
    django.setup()
    from datetime import UTC, date, datetime

    from tiwizi.budgets import commands as budgets
    from tiwizi.database.scope import everything
    from tiwizi.journal.commands import Actor
    from tiwizi.measures import commands as measures
    from tiwizi.measures import loading
    from tiwizi.people import commands as people
    from tiwizi.territories import commands as territories
    from tiwizi.territories.loading import load_sources
    from tiwizi.territories.models import Place
    from tiwizi.web import serving

    serving.prepare()
    at, machine = datetime.now(tz=UTC), Actor(account="bench", role="")
    with everything():
        load_sources("MA", by=machine, at=at)
        territories.load(_douars(), by=machine, at=at, source="made up")
        passphrase = secrets.token_urlsafe(24)
        account = people.create_account(email=WHO, name="Reader", passphrase=passphrase, at=at, by=machine, demonstration=True)
        country = Place.objects.get(code="MA", until=None)
        people.give_role(account, kind="officer", place=country, since=date(2026, 1, 1), by=machine, at=at)
        census = loading.census_run("MA", by=machine, account=account, at=at)
        credit = {"name": "forty measures", "source": "made up", "licence": ""}
        table = measures.store_dataset(_figures(), table="measures", place=country, by=machine, account=account, at=at, **credit)
        asked = measures.request_run(country, kind="table", on=at.date(), datasets=[table], by=machine, account=account, at=at)
        own = measures.perform(asked, by=machine)
        envelope = budgets.open_envelope(
            place=country, year=2027, title="All", amount_dh=2_000_000_000, account=account, by=machine, at=at
        )
        scenario = budgets.draft(envelope, run=census, name="One", account=account, by=machine, at=at)
        communes = list(Place.objects.filter(level="commune", until=None).values_list("code", flat=True))
    addresses = {
        "passphrase": passphrase,
        "run": own.pk,
        "figures": own.figures + census.figures,
        "scenario": scenario.pk,
        "communes": communes,
    }
    (HOME / "bench.json").write_text(json.dumps(addresses), encoding="utf-8")


def _douars() -> Any:
    """Made-up douars around the centre of each rural commune, by seed."""
    from datetime import date

    import polars as pl

    from tiwizi.core.tables import PLACES
    from tiwizi.sources import morocco
    from tiwizi.territories.models import Place

    draw = Random(20261123)  # noqa: S311 positions, not secrets
    middle = {
        place.code: (place.lon, place.lat) for place in Place.objects.filter(level="commune", until=None) if place.lon is not None
    }
    if not middle:
        from tiwizi.territories.models import Boundary

        boxes = Boundary.objects.filter(place__level="commune").values_list("place__code", "west", "south", "east", "north")
        middle = {code: ((west + east) / 2, (south + north) / 2) for code, west, south, east, north in boxes}
    rural = morocco.places().filter((pl.col("level") == "commune") & (pl.col("milieu") != "urban"))["place"].to_list()
    codes = [code for code in rural if code in middle]
    rows: list[dict[str, object]] = [
        {
            "place": f"{code}.b{number:03}",
            "level": "douar",
            "parent": code,
            "name_ar": f"دوار {number}",
            "population": draw.randint(20, 900),
            "lon": middle[code][0] + draw.uniform(-0.05, 0.05),
            "lat": middle[code][1] + draw.uniform(-0.05, 0.05),
            "since": date(2024, 9, 1),
        }
        for code in codes
        for number in range(-(-DOUARS // len(codes)))
    ]
    return PLACES.frame(rows[:DOUARS])


def _figures() -> Any:
    """Made-up figures of each commune: 40 measures over 10 years."""
    from datetime import date

    import numpy as np
    import polars as pl

    from tiwizi.core.tables import MEASURES
    from tiwizi.sources import morocco

    rng = np.random.Generator(np.random.PCG64(20261123))
    codes = morocco.places().filter(pl.col("level") == "commune")["place"].to_list()
    frames = [
        pl.DataFrame(
            {"place": codes, "value": rng.beta(2, 5, len(codes)), "people": rng.integers(1000, 50_000, len(codes))}
        ).with_columns(
            measure=pl.lit(f"made_up_{measure:02}_share"),
            as_of=pl.lit(date(2015 + year, 9, 1)),
            series=pl.lit("made up"),
            standing=pl.lit("computed"),
            assumed=pl.lit(value=True),
            source=pl.lit("made up"),
        )
        for measure in range(KINDS)
        for year in range(YEARS)
    ]
    return MEASURES.check(pl.concat(frames), fill=True)


def environment(home: Path = HOME) -> dict[str, str]:
    """The environment of the measured office."""
    return {**os.environ, "TIWIZI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}


@contextmanager
def served(home: Path = HOME) -> Iterator[None]:
    """The server, in its own process, until the end."""
    shutil.rmtree(home / "cache", ignore_errors=True)
    command = [sys.executable, "-m", "tiwizi.cli", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _attempt in range(100):
                time.sleep(0.2)
                try:
                    if get(http.client.HTTPConnection("127.0.0.1", PORT, timeout=5), "/health/", "")[0] == 200:
                        break
                except OSError:
                    continue
            yield
        finally:
            server.terminate()
            server.wait(60)


def get(line: http.client.HTTPConnection, address: str, cookie: str, **more: str) -> tuple[int, bytes, Any]:
    """Status, bytes and headers of what the server answers."""
    line.request("GET", address, headers={"Cookie": cookie, "Accept-Encoding": "gzip, br", **more})
    answer = line.getresponse()
    return answer.status, answer.read(), answer.headers


def signed_in(passphrase: str, who: str = WHO) -> str:
    """The cookies of a reader who has signed in."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    _status, page, headers = get(line, "/account/sign-in/", "django_language=fr", **{"Accept-Encoding": "identity"})
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    cookie = "; ".join(part.split(";")[0] for part in headers.get_all("Set-Cookie") or [])
    body = urlencode({"csrfmiddlewaretoken": token.group(1).decode() if token else "", "login": who, "password": passphrase})
    sent = {
        "Cookie": f"django_language=fr; {cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{PORT}",
    }
    line.request("POST", "/account/sign-in/", body=body, headers=sent)
    answer = line.getresponse()
    answer.read()
    fresh = "; ".join(part.split(";")[0] for part in answer.headers.get_all("Set-Cookie") or [])
    if "sessionid" not in fresh:
        raise SystemExit(f"nobody could sign in: {answer.status}")
    return f"django_language=fr; {cookie}; {fresh}"


def load(cookies: list[str], address: Callable[[Random], str], *, pause: float) -> list[float]:
    """Seconds of each answer; readers look at a page for `pause` seconds on average, or request continuously when it is 0.

    Stops at any answer but 200: a run of errors is no result.
    """

    def reader(number: int) -> list[float]:
        draw, line = Random(number), http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)  # noqa: S311
        taken = []
        for _turn in range(TURNS):
            time.sleep(draw.uniform(0.25, 1.75) * pause)
            where = address(draw)
            start = time.perf_counter()
            status, body, _headers = get(line, where, cookies[number])
            taken.append(time.perf_counter() - start)
            if status != 200 or len(body) < 200:
                raise SystemExit(f"{where} answered {status}")
        return taken

    with ThreadPoolExecutor(READERS) as pool:
        return [time_taken for taken in pool.map(reader, range(len(cookies))) for time_taken in taken]


def percentile(taken: list[float], share: float) -> float:
    """Milliseconds within which this share of the answers came."""
    return sorted(taken)[min(int(len(taken) * share), len(taken) - 1)] * 1000


def row(task: str, taken: list[float], limit: float) -> None:
    """Prints one line of the table."""
    high = percentile(taken, 0.95)
    verdict = "met" if high < limit else "MISSED"
    print(f"{task:<52}{percentile(taken, 0.5):9.0f}{high:9.0f}{max(taken) * 1000:9.0f}{limit:8.0f}  {verdict}")


def drawing(cookie: str, addresses: dict[str, Any]) -> float:
    """Milliseconds from the click to the map's first idle, in Chromium drawing by software."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        arguments = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        pairs = [part.partition("=")[::2] for part in cookie.split("; ")]
        context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{PORT}"} for name, value in pairs])
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{PORT}/health/")
        page.goto(f"http://127.0.0.1:{PORT}/measures/?run={addresses['run']}&level=commune", wait_until="commit")
        page.wait_for_selector('.tw-map[data-drawn="done"], .tw-map[data-drawn="failed"]', state="attached", timeout=60_000)
        state = page.evaluate("document.querySelector('.tw-map').dataset.drawn")
        taken = float(page.evaluate("performance.getEntriesByName('tiwizi-map-drawn')[0].startTime"))
        browser.close()
    if state == "failed":
        raise SystemExit("the map could not be drawn")
    return taken


def weight(cookie: str) -> float:
    """Compressed kB of the explorer's page, its styles and our scripts, without fonts and the map's library."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    _status, page, _headers = get(line, "/measures/", cookie, **{"Accept-Encoding": "identity"})
    wanted = ["/measures/", *re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|mjs))"', page.decode())]
    bytes_ = 0
    seen: set[str] = set()
    while wanted:
        address = wanted.pop()
        if address in seen or "maplibre" in address:
            continue
        seen.add(address)
        bytes_ += len(get(line, address, cookie)[1])
        if address.endswith("js"):
            plain = get(line, address, cookie, **{"Accept-Encoding": "identity"})[1].decode()
            wanted += [f"{address.rpartition('/')[0]}/{name}" for name in re.findall(r'from "\./([^"]+)"', plain)]
    return bytes_ / 1024


def main() -> None:
    """Prints the table."""
    if not (HOME / "bench.json").exists():
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "bench.office", "fill"], env=environment(), check=True)
    addresses = json.loads((HOME / "bench.json").read_text(encoding="utf-8"))
    pages: dict[str, Callable[[Random], str]] = {
        "explorer": lambda draw: (
            f"/measures/?run={addresses['run']}&measure=made_up_{draw.randrange(KINDS):02}_share"
            f"&year={2015 + draw.randrange(YEARS)}"
        ),
        "page of a place": lambda draw: f"/measures/places/{draw.choice(addresses['communes'])}/",
        "scenario": lambda _draw: f"/budgets/scenarios/{addresses['scenario']}/",
    }
    print(f"\nThe office with all of Morocco: {addresses['figures']:,} figures, {DOUARS:,} douars, one server process")
    print(f"{'milliseconds':<52}{'median':>9}{'95 %':>9}{'most':>9}{'aim':>8}")
    with served():
        cookies = [signed_in(addresses["passphrase"]) for _reader in range(READERS)]
        for zoom, seconds in zip([z for z, _x, _y in TILES], _tiles(cookies[0]), strict=True):
            row(f"cold tile, zoom {zoom}", [seconds], 120)
        for name, address in pages.items():
            load(cookies[:2], address, pause=0)
            row(f"{name}, {READERS} readers, {PAUSE} s a page", load(cookies, address, pause=PAUSE), 150)
        for name, address in pages.items():
            start = time.perf_counter()
            answered = len(load(cookies, address, pause=0))
            print(f"{name + ', asked without end':<52}{answered / (time.perf_counter() - start):9.0f} pages a second")
        row("recomputing a scenario of 1,503 communes", _recomputed(cookies[0], addresses["scenario"]), 100)
        drawn = [drawing(cookies[0], addresses) for _time in range(3)]
        row("the map's first drawing, Chromium by software", [milliseconds / 1000 for milliseconds in drawn], 1500)
        print(f"{'the explorer the first time, kB compressed':<52}{weight(cookies[0]):9.0f}{'':>18}{250:8}")


def _tiles(cookie: str) -> list[float]:
    line, taken = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30), []
    # One tile elsewhere first: the first tile of a process loads libraries.
    get(line, "/territories/tiles/9/244/214.pbf?on=2026-11-23", cookie)
    for z, x, y in TILES:
        start = time.perf_counter()
        status, body, _headers = get(line, f"/territories/tiles/{z}/{x}/{y}.pbf?on=2026-11-23", cookie)
        taken.append(time.perf_counter() - start)
        if status != 200 or not body:
            raise SystemExit(f"tile {z}/{x}/{y} answered {status}")
    return taken


def _recomputed(cookie: str, scenario: int) -> list[float]:
    """A moving slider: the weights of the page, one of them changed each time."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    _status, page, _headers = get(line, f"/budgets/scenarios/{scenario}/", cookie, **{"Accept-Encoding": "identity"})
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.decode()))
    taken = []
    for turn in range(30):
        body = urlencode({**fields, "weight_poverty": str(10 + turn)})
        sent = {
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{PORT}",
            "HX-Request": "true",
        }
        start = time.perf_counter()
        line.request("POST", f"/budgets/scenarios/{scenario}/recompute/", body=body, headers=sent)
        answer = line.getresponse()
        answer.read()
        taken.append(time.perf_counter() - start)
        if answer.status != 200:
            raise SystemExit(f"recomputing answered {answer.status}")
    return taken


if __name__ == "__main__":
    fill() if sys.argv[1:] == ["fill"] else main()
