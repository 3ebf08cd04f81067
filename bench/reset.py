"""Asking for a new passphrase: does the time of the answer tell whether an address has an account?

Asked in pairs, one known address and one unknown, in an order drawn by lot, each address once and each request from another
machine, so that no limit of attempts answers instead. Letters leave meanwhile, as they do. Any answer but 302 fails the run.
"""

import http.client
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from subprocess import run
from typing import Final
from urllib.parse import urlencode

from bench import office

PAIRS, FIRST = 400, 20
"""Pairs that count, and those before them that do not."""
PATH: Final = "/account/passphrase/reset/"
DRAWS: Final = 4000


def address(kind: str, number: int) -> str:
    """An address; both kinds are as long."""
    return f"{kind}{number:04}@bench.example"


def fill() -> None:
    """Fills the office of this process's TIWIZI_HOME with the accounts that are asked for."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
    django.setup()
    from datetime import UTC, datetime

    from tiwizi.database.scope import everything
    from tiwizi.journal.commands import Actor
    from tiwizi.people import commands
    from tiwizi.web import serving

    serving.prepare()
    with everything():
        for number in range(FIRST + PAIRS):
            email, at, by = address("known", number), datetime.now(tz=UTC), Actor(account="bench", role="")
            commands.create_account(email=email, name="Reader", passphrase=None, at=at, by=by)


def answered(line: http.client.HTTPConnection, email: str, form: tuple[str, str], number: int) -> float:
    """Seconds until the answer to a request for this address, from a machine that asks once."""
    cookie, token = form
    sent = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{office.PORT}",
        "X-Forwarded-For": f"198.18.{number // 256}.{number % 256}",
    }
    begun = time.perf_counter()
    line.request("POST", PATH, body=urlencode({"csrfmiddlewaretoken": token, "email": email}), headers=sent)
    answer = line.getresponse()
    answer.read()
    taken = time.perf_counter() - begun
    if answer.status != 302:
        raise SystemExit(f"{email} was answered {answer.status}")
    return taken


def pairs(draw: Random) -> list[tuple[float, float]]:
    """Milliseconds of a known and of an unknown address, for each pair."""
    line = http.client.HTTPConnection("127.0.0.1", office.PORT, timeout=60)
    _status, page, headers = office.get(line, PATH, "django_language=fr", **{"Accept-Encoding": "identity"})
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    cookie = "; ".join(part.split(";")[0] for part in headers.get_all("Set-Cookie") or [])
    form = f"django_language=fr; {cookie}", token.group(1).decode() if token else ""
    taken = []
    for number in range(FIRST + PAIRS):
        kinds = ["known", "other"]
        draw.shuffle(kinds)
        pair = {kind: answered(line, address(kind, number), form, 2 * number + at) for at, kind in enumerate(kinds)}
        taken.append((1000 * pair["known"], 1000 * pair["other"]))
    return taken[FIRST:]


def interval(differences: Sequence[float], draw: Random) -> tuple[float, float]:
    """Between what the median difference lies in 95 of 100 samples drawn again from these."""
    medians = sorted(statistics.median(draw.choices(differences, k=len(differences))) for _sample in range(DRAWS))
    return medians[DRAWS * 25 // 1000], medians[DRAWS * 975 // 1000]


def main() -> None:
    """Prints the table."""
    draw = Random(20261130)  # noqa: S311 # an order, no secret
    with tempfile.TemporaryDirectory(prefix="tiwizi-bench-reset-") as folder:
        home = Path(folder) / "office"
        os.environ["TIWIZI_PROXIES"] = "1"  # the one before the office says which machine asks
        try:
            run([sys.executable, "-c", "from bench import reset; reset.fill()"], env=office.environment(home), check=True)
            with office.served(home):
                taken = pairs(draw)
        finally:
            del os.environ["TIWIZI_PROXIES"]
    print(f"\nA new passphrase asked for: {PAIRS} pairs of a known and an unknown address; load before {os.getloadavg()[0]:.1f}")
    print(f"{'milliseconds':<40}{'median':>9}{'25 %':>9}{'75 %':>9}{'95 %':>9}")
    for name, times in zip(("known", "unknown"), zip(*taken, strict=True), strict=True):
        low, middle, high = statistics.quantiles(times, n=4)
        print(f"{name:<40}{middle:9.2f}{low:9.2f}{high:9.2f}{statistics.quantiles(times, n=20)[-1]:9.2f}")
    differences = [known - unknown for known, unknown in taken]
    low, high = interval(differences, draw)
    slower = sum(difference > 0 for difference in differences) / len(differences)
    print(f"known less unknown: median {statistics.median(differences):.2f} ms (95 %: {low:.2f} to {high:.2f})")
    print(f"the known address was the slower one in {100 * slower:.0f} of 100 pairs")


if __name__ == "__main__":
    main()
