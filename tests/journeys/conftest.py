"""A demonstration office served on this machine, and Chromium to walk through it."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.patience import PATIENCE_S

from tiwizi.language import translator

ROOT = Path(__file__).parents[2]
AXE = Path(__file__).parent.parent.parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("TIWIZI_REQUIRE_CHROMIUM") == "1"


@dataclass(frozen=True)
class Served:
    """Where the office listens, and how each of its made-up people signs in."""

    address: str
    people: dict[str, dict[str, str]]
    home: Path

    def days_pass(self, session: int, *, day: int) -> None:
        """What the clock does: the session's day comes `day` days after today, its invitations went out twelve days before."""
        script = (
            "import datetime, django; django.setup()\n"
            "from django.utils import timezone\n"
            "from tests.walls import down\n"
            "from tiwizi.committees.models import Session\n"
            "from tiwizi.database.scope import everything\n"
            f"day = timezone.localdate() + datetime.timedelta(days={day})\n"
            "with everything(), down(Session):\n"
            f"    Session.objects.filter(pk={session}).update(day=day, sent_on=day - datetime.timedelta(days=12))\n"
        )
        environment = {**os.environ, "TIWIZI_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}
        environment.pop("TIWIZI_DATABASE", None)
        subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, check=True, timeout=PATIENCE_S)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`tiwizi demo` in a folder of its own, ended by its own process id."""
    home = tmp_path_factory.mktemp("office")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "TIWIZI_HOME": str(home)}
    environment.pop("TIWIZI_DATABASE", None)
    command = [sys.executable, "-m", "tiwizi.cli", "demo", "--port", str(port), "--language", "en"]
    with (home / "log").open("wb") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as running:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, running)
            people = json.loads((home / "demonstration.json").read_text(encoding="utf-8"))
            yield Served(address, {person["email"].split("@")[0]: person for person in people}, home)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=PATIENCE_S)


def _wait(address: str, running: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(10 * PATIENCE_S):
        if running.poll() is not None:
            raise RuntimeError("the office did not start")
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=PATIENCE_S):  # noqa: S310 # this machine
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("the office does not answer")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None or not AXE.exists():
        if REQUIRED:
            pytest.fail("Chromium or the front end's packages are missing")
        pytest.skip("no Chromium here: apt install chromium")
    with sync_playwright() as driver:
        drawing = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=drawing)
        yield browser
        browser.close()


class Reader:
    """Somebody at a browser: finds things by their role and name in their language, and looks at each page reached."""

    def __init__(self, page: Page, served: Served, language: str) -> None:
        self.page, self.served, self.language = page, served, language
        self.say: Callable[[str], str] = translator(language)
        self.faults: list[str] = []
        self.reached: set[str] = set()
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def _heard(self, kind: str, text: str) -> None:
        # A refusal that the journey asks for is told by the browser too; a breach of the content policy is a fault.
        if kind == "error" and "status of 4" not in text:
            self.faults.append(f"console at {self.page.url}: {text}")

    def open(self, path: str) -> int:
        """Goes to an address and looks at it; gives the status."""
        answer = self.page.goto(self.served.address + path)
        self.look()
        return answer.status if answer else 0

    def look(self) -> None:
        """No serious fault of accessibility, no sideways scrolling, direction and language as chosen."""
        self.page.wait_for_load_state("networkidle")
        page = self.page
        assert page.locator("html").get_attribute("lang") == self.language
        assert page.locator("html").get_attribute("dir") == ("rtl" if self.language == "ar" else "ltr")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
        page.evaluate(AXE.read_text(encoding="utf-8"))
        violations: list[dict[str, Any]] = page.evaluate("axe.run(document).then(found => found.violations)")
        self.faults += [
            f"{page.url}: {violation['id']} {violation['nodes'][0]['html'][:160]}"
            for violation in violations
            if violation["impact"] in ("serious", "critical")
        ]
        self.reached.add(page.url.split("?")[0].removeprefix(self.served.address))

    def button(self, name: str, *, exact: bool = True) -> Any:
        """A button of the page's own part by its name."""
        return self.page.get_by_role("main").get_by_role("button", name=self.say(name), exact=exact).first

    def link(self, name: str) -> Any:
        """A link of the page's own part by its name."""
        return self.page.get_by_role("main").get_by_role("link", name=self.say(name)).first

    def click(self, element: Any) -> None:
        """Clicks, and looks at where it leads."""
        element.click()
        self.look()

    def sign_in(self, who: str) -> None:
        """Address and passphrase."""
        self.open("/account/sign-in/")
        self.page.locator("input[name=login]").fill(self.served.people[who]["email"])
        self.page.locator("input[name=password]").fill(self.served.people[who]["passphrase"])
        self.click(self.button("Sign in"))

    def sign_out(self) -> None:
        """By the button of the header."""
        self.click(self.page.get_by_role("banner").get_by_role("button", name=self.say("Sign out")))


@pytest.fixture(params=["ar", "fr"])
def reader(request: pytest.FixtureRequest, chromium: Browser, served: Served) -> Iterator[Reader]:
    """Given a reader of Arabic, then one of French, each in a fresh browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(1000 * PATIENCE_S)
    context.add_cookies([{"name": "django_language", "value": request.param, "url": served.address}])
    made = Reader(context.new_page(), served, request.param)
    yield made
    context.close()
    assert made.faults == []


def code(secret: str, *, later: int = 0) -> str:
    """The six digits that a telephone shows (RFC 6238), now or some half minutes later."""
    step = struct.pack(">Q", int(time.time()) // 30 + later)
    mac = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
