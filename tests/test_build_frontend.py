"""What was gathered, at work in a browser under the content policy of the office: requests are answered, or held, by a test."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlparse
from uuid import UUID

import build_frontend
import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from tests.patience import PATIENCE_S

from tiwizi.territories import vector_tiles

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("TIWIZI_REQUIRE_CHROMIUM") == "1"
OFFICE = "http://office.test"
"""Neither https nor this machine: what a browser gives to secure pages only must not be needed."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'"
)
KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
HEAD = """<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>.</title>
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/fonts.css">
<link rel="stylesheet" href="/static/tiwizi.css"><script src="/static/htmx.min.js" defer></script>
<script type="module" src="/static/page.js"></script><script type="module" src="/static/map.js"></script>
<script type="module" src="/static/scenario.js"></script><script type="module" src="/static/drafts.js"></script></head>
<body data-yes="نعم" data-no="لا" data-draft="عاد" data-account="1"><main>"""
SLIDERS = """<form class="tw-sliders" method="post" data-recompute="/recompute" data-target="#result">
<label for="a">A</label><output for="a"></output><input type="range" id="a" name="a" max="100" value="50">
<label for="b">B</label><output for="b"></output><input type="range" id="b" name="b" max="100" value="50"></form>
<div id="result"><table><tr><td>kept</td></tr></table></div>"""
FORM = """<form method="post" action="/act" data-confirm="حقا؟"><input type="hidden" name="client_id">
<label>words <input name="words"></label><button name="act" value="drop">Drop</button></form>"""
PLAIN = FORM.replace(' data-confirm="حقا؟"', "")
MAP = """<div class="tw-map" data-tiles="/tiles/{z}/{x}/{y}.pbf?on=2026-01-01" data-values="/values?1" data-bounds="-6,32,-5,33"
data-language="ar" data-label="." data-labels="1" data-text-missing="غير متوفر"></div>
<table><tr data-place="1"><td>خنيفرة</td></tr><tr data-place="2"><td>مريرت</td></tr></table>"""


@dataclass
class Desk:
    """A page under way: what it asked for and was not answered yet, and what its console said."""

    page: Page
    static: Path
    body: str = ""
    held: list[Route] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Serves files and tiles; holds all else for the test."""
        address = urlparse(route.request.url)
        if address.path == "/page":
            route.fulfill(body=HEAD + self.body, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        elif address.path.startswith("/static/"):
            path = self.static / Path(address.path).name
            route.fulfill(body=path.read_bytes(), content_type=KINDS[path.suffix])
        elif address.path.startswith("/tiles/"):
            route.fulfill(
                body=a_tile(*map(int, address.path.removesuffix(".pbf").split("/")[2:])), content_type="application/x-protobuf"
            )
        else:
            self.held.append(route)

    def open(self, body: str) -> Page:
        """The page with this content."""
        self.body = body
        self.page.goto(f"{OFFICE}/page")
        return self.page

    def next(self) -> Route:
        """The oldest request that waits, once there is one."""
        for _ in range(40 * PATIENCE_S):
            if self.held:
                return self.held.pop(0)
            self.page.wait_for_timeout(25)
        pytest.fail("no request came")

    def part_of(self, x: float, y: float) -> bytes:
        """What a small square of the page looks like."""
        return self.page.screenshot(clip={"x": x, "y": y, "width": 16, "height": 16})

    def slide(self, value: int) -> None:
        """Moves the first slider."""
        move = (
            "(v) => { const s = document.querySelector('#a'); s.value = v; s.dispatchEvent(new Event('input', {bubbles: true})) }"
        )
        self.page.evaluate(move, value)


def a_tile(z: int, x: int, y: int) -> bytes:
    """Two communes side by side, with their names."""
    shapes = [shapely.box(-6, 32, -5.5, 33), shapely.box(-5.5, 32, -5, 33)]
    edge = shapely.box(*vector_tiles.bounds(z, x, y))
    names = [
        {"id": 1, "name_ar": "خنيفرة", "name_fr": "Khénifra", "people": 2},
        {"id": 2, "name_ar": "مريرت", "name_fr": "Mrirt", "people": 1},
    ]
    inside = [
        (shapely.intersection(shape, edge), number)
        for shape, number in zip(shapes, [1, 2], strict=True)
        if shape.intersects(edge)
    ]
    layers = [
        vector_tiles.polygons(
            "places", [shape for shape, _ in inside], [number for _, number in inside], [{}] * len(inside), (z, x, y)
        )
    ]
    layers.append(vector_tiles.points("labels", np.array([[-5.75, 32.5], [-5.25, 32.5]]), [1, 2], names, (z, x, y)))
    return vector_tiles.tile(layers)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, drawing in software."""
    if CHROMIUM is None and not REQUIRED:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The front end, gathered."""
    into = tmp_path_factory.mktemp("static") / "tiwizi"
    try:
        build_frontend.build(into)
    except build_frontend.Missing as missing:
        pytest.skip(str(missing))
    return into


@pytest.fixture
def desk(browser: Browser, static: Path) -> Iterator[Desk]:
    """A page of its own, whose console stays silent on the content policy."""
    page = browser.new_page()
    page.set_default_timeout(1000 * PATIENCE_S)
    expect.set_options(timeout=1000 * PATIENCE_S)
    made = Desk(page, static)
    page.on("console", lambda message: made.messages.append(message.text))
    page.on("pageerror", lambda error: made.messages.append(str(error)))
    page.route("**/*", made.answer)
    yield made
    for route in made.held:
        route.abort()
    page.close()
    assert [words for words in made.messages if "Content Security Policy" in words or "Error" in words] == []


def press(page: Page, name: str) -> None:
    """Presses a button whose request is held: a click of the driver would wait for the page that comes of it."""
    page.get_by_role("button", name=name).evaluate("(button) => { setTimeout(() => button.click()) }")


def table(words: str) -> str:
    """A fragment of results."""
    facts = f"<dl class='tw-facts'><dt>reached</dt><dd><strong>{words}</strong> and why</dd></dl>"
    return f"<p class='tw-message'>tried</p>{facts}<table><tr><td>{words}</td></tr></table>"


def html(route: Route, body: str, status: int = 200) -> None:
    """Answers with HTML."""
    route.fulfill(body=body, content_type="text/html; charset=utf-8", status=status)


def a_of(route: Route) -> str:
    """The first slider as it was sent."""
    return (route.request.post_data or "").split('name="a"')[1].split()[0]


def test_one_request_at_a_time_and_the_last_state_is_asked_for(desk: Desk) -> None:
    page = desk.open(SLIDERS)
    for value in (10, 20, 30):
        desk.slide(value)
    first = desk.next()
    assert (a_of(first), desk.held) == ("10", [])
    html(first, table("first"))
    last = desk.next()
    assert a_of(last) == "30"
    html(last, table("last"))
    expect(page.locator("#result td")).to_have_text("last")
    expect(page.locator("p[role=status]")).to_have_text("reached: last")
    assert desk.held == []
    assert page.inner_text("output[for=a]") == "30 (38%)"


def test_a_request_that_takes_too_long_is_given_up_for_a_newer_one(desk: Desk) -> None:
    desk.page.clock.install()
    page = desk.open(SLIDERS)
    desk.slide(10)
    slow = desk.next()
    page.clock.fast_forward(2000)
    desk.slide(20)
    html(desk.next(), table("newer"))
    expect(page.locator("#result td")).to_have_text("newer")
    html(slow, table("older"))
    page.evaluate("() => new Promise((done) => requestIdleCallback(done))")
    expect(page.locator("#result td")).to_have_text("newer")


def test_a_refusal_leaves_the_table_as_it_was(desk: Desk) -> None:
    page = desk.open(SLIDERS)
    desk.slide(10)
    html(desk.next(), "<p class='tw-message error'>refused</p>")
    expect(page.locator("#result .error")).to_have_text("refused")
    expect(page.locator("p[role=status]")).to_have_text("refused")
    expect(page.locator("#result td")).to_have_text("kept")
    desk.slide(20)
    html(desk.next(), table("mended"))
    expect(page.locator("#result td")).to_have_text("mended")
    expect(page.locator("#result .error")).to_have_count(0)


def test_where_there_was_no_table_one_refusal_takes_the_place_of_the_other(desk: Desk) -> None:
    page = desk.open(SLIDERS.replace("<table><tr><td>kept</td></tr></table>", "<p class='error'>as kept</p>"))
    desk.slide(10)
    html(desk.next(), "<p class='tw-message error'>refused</p>")
    expect(page.locator("#result .error")).to_have_text(["refused"])


def test_the_page_of_an_error_never_takes_the_place_of_the_results(desk: Desk) -> None:
    page = desk.open(SLIDERS)
    desk.slide(10)
    html(desk.next(), "<h1>forbidden</h1>", status=403)
    expect(page.locator("#result")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#result td")).to_have_text("kept")
    assert page.locator("h1").count() == 0
    desk.messages.clear()


def test_what_cannot_be_taken_back_is_asked_first_and_the_pressed_button_is_sent(desk: Desk) -> None:
    page = desk.open(FORM)
    page.get_by_role("button", name="Drop").click()
    assert page.locator(":focus").inner_text() == "لا"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert desk.held == []
    page.get_by_role("button", name="Drop").click()
    press(page, "نعم")
    sent = parse_qs(desk.next().request.post_data or "")
    assert sent["act"] == ["drop"]
    assert UUID(sent["client_id"][0]).version == 4


def test_a_form_is_sent_once_and_another_content_has_another_id(desk: Desk) -> None:
    page = desk.open(PLAIN)
    # Hears after the module whether it let the form go, then keeps the page here.
    page.evaluate(
        """() => { window.gone = []; window.addEventListener("submit", (event) => {
        if (!event.defaultPrevented) window.gone.push(event.target.elements.client_id.value); event.preventDefault(); }) }"""
    )
    button = page.get_by_role("button", name="Drop")
    button.click()
    button.evaluate("(one) => one.click()")
    first = page.evaluate("() => window.gone")
    assert [len(identifier) for identifier in first] == [36]
    page.evaluate("() => window.dispatchEvent(new Event('pageshow'))")
    button.click()
    assert page.evaluate("() => window.gone") == [*first, *first]
    page.get_by_label("words").fill("other")
    page.evaluate("() => window.dispatchEvent(new Event('pageshow'))")
    button.click()
    last = page.evaluate("() => window.gone")[2:]
    assert len(last) == 1
    assert last != first


def test_what_was_typed_comes_back_until_the_server_took_it(desk: Desk) -> None:
    page = desk.open(PLAIN)
    page.get_by_label("words").fill("typed")
    page.goto(f"{OFFICE}/page")
    expect(page.get_by_label("words")).to_have_value("typed")
    expect(page.locator("form p[role=status]")).to_have_text("عاد")
    press(page, "Drop")
    client = parse_qs(desk.next().request.post_data or "")["client_id"][0]
    # The network is lost: no answer comes.
    page.goto(f"{OFFICE}/page")
    expect(page.get_by_label("words")).to_have_value("typed")
    page.context.add_cookies([{"name": "tiwizi_taken", "value": client, "url": OFFICE}])
    page.goto(f"{OFFICE}/page")
    expect(page.get_by_label("words")).to_have_value("")
    assert page.context.cookies() == []


def test_a_draft_is_for_its_account_and_holds_no_passphrase(desk: Desk) -> None:
    page = desk.open(PLAIN.replace("<button", '<input type="password" name="secret" aria-label="secret"><button'))
    page.get_by_label("words").fill("typed")
    page.get_by_label("secret").fill("atlas")
    stored = page.evaluate("() => Object.entries(sessionStorage)")
    assert [key.split("|")[1] for key, _text in stored] == ["1"]
    assert "atlas" not in str(stored)


def test_a_map_points_at_rows_and_keeps_the_newest_values(desk: Desk) -> None:
    page = desk.open(MAP)
    values = {"classes": [{"label": "low"}, {"label": "high"}], "values": {"1": 0, "2": None}}
    desk.next().fulfill(body=json.dumps(values), content_type="application/json")
    expect(page.locator(".tw-map[data-drawn=done]")).to_be_visible()
    words = page.locator(".tw-map-words bdi")
    page.hover("tr[data-place='1']")
    expect(words).to_have_text(["خنيفرة", "low"])
    page.hover("tr[data-place='2']")
    expect(words).to_have_text(["مريرت", "غير متوفر"])
    box = page.locator(".tw-map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2 - 20, box["y"] + box["height"] / 2)
    expect(page.locator(".tw-here")).to_have_text("خنيفرة")
    coloured = desk.part_of(box["x"] + box["width"] / 2 - 40, box["y"] + box["height"] / 2 + 40)
    page.evaluate("() => { document.querySelector('.tw-map').dataset.values = '/values?2' }")
    older = desk.next()
    page.evaluate("() => { document.querySelector('.tw-map').dataset.values = '/values?3' }")
    desk.next().fulfill(body=json.dumps(values | {"values": {"2": 1}}), content_type="application/json")
    older.fulfill(body=json.dumps(values), content_type="application/json")
    page.hover("tr[data-place='1']")
    expect(words).to_have_text(["خنيفرة", "غير متوفر"])
    page.hover("tr[data-place='2']")
    expect(words).to_have_text(["مريرت", "high"])
    # The place whose figure went is hatched again.
    for _ in range(40 * PATIENCE_S):
        if desk.part_of(box["x"] + box["width"] / 2 - 40, box["y"] + box["height"] / 2 + 40) != coloured:
            return
        page.wait_for_timeout(25)
    pytest.fail("the map still shows the class that went")
