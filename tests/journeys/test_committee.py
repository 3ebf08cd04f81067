"""A local committee decides: no quorum, a second convocation, a recusal, a vote, minutes sealed, a code that is checked."""

import io
import re

from PIL import Image
from tests.journeys.conftest import Reader

# Which of the projects that wait is decided, by language: the first comes from an association with a member on its board.
PROJECT = {"ar": "تزويد دوار آيت عمر بالماء الصالح للشرب", "fr": "Aménagement d'une piste vers l'école"}


def picture() -> bytes:
    """A scan, as small as may be."""
    made = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(made, "PNG")
    return made.getvalue()


def yes(reader: Reader) -> None:
    """Answers the page's question."""
    with reader.page.expect_navigation():
        reader.page.get_by_role("dialog").get_by_role("button", name=reader.say("Yes"), exact=True).click()
    reader.look()


def number(reader: Reader) -> int:
    """The number in the address of the page."""
    found = re.search(r"/(\d+)/", reader.page.url)
    assert found
    return int(found[1])


def roll(reader: Reader, session: int, count: int | None) -> None:
    """Writes down the first members as there, or all of them."""
    reader.open(f"/committees/sessions/{session}/presence/")
    if count is None:
        reader.click(reader.button("All members are there"))
        return
    seats = reader.page.locator("select[name^=seat-]")
    for seat in range(count):
        seats.nth(seat).select_option("present")
    reader.click(reader.button("Write it down"))


def tick(reader: Reader, **boxes: str) -> None:
    """Ticks a value of each group of boxes."""
    for name, value in boxes.items():
        reader.page.locator(f"input[name={name}][value='{value}']").check()


def decided_by_all(reader: Reader, session: int, title: str) -> None:
    """A session with one matter: put on the agenda, invited, its day come, everybody there, one vote of yes, closed."""
    reader.click(reader.link("Put matters on the agenda"))
    row = reader.page.get_by_role("row").filter(has_text=title).last
    reader.click(row.get_by_role("button", name=reader.say("Put on the agenda")))
    reader.open(f"/committees/sessions/{session}/")
    reader.click(reader.button("Send the invitations"))
    reader.served.days_pass(session, day=0)
    roll(reader, session, None)
    reader.open(f"/committees/sessions/{session}/")
    reader.click(reader.button("Open the session"))
    reader.click(reader.page.get_by_role("link", name=re.compile(re.escape(reader.say("Take up the next item")))).first)
    reader.click(reader.button("Open the debate"))
    reader.click(reader.button("Put to the vote"))
    reader.page.locator("select[name=rest]").select_option("yes")
    reader.click(reader.button("Write the votes down"))
    reader.button("Declare the result").click()
    yes(reader)
    assert reader.page.locator(".tw-message.success").first.is_visible()
    reader.open(f"/committees/sessions/{session}/")
    reader.click(reader.button("Close the session"))


def test_the_province_delegates_and_a_project_is_the_local_committee_s(reader: Reader) -> None:
    # Given roads dearer than any committee but the province's may decide.
    most, asked = {"ar": ("900000", "850000"), "fr": ("1500000", "1450000")}[reader.language]
    reader.sign_in("cpdh")
    reader.open("/committees/delegation/")
    acts = reader.page.get_by_role("main").locator("table").first.locator("a[href*='/delegation/act/']")
    before = set(acts.all_inner_texts())
    # When the province's secretary proposes that Aguelmous decide them, and the committee adopts it.
    reader.open("/committees/delegation/new/?body=local-05.301.07")
    tick(reader, matters="project", programmes="basic_services", axes="*", kinds="road")
    reader.page.locator("#id_ceiling_project").fill(most)
    reader.page.locator("#id_ceiling_year").fill("3000000")
    reader.click(reader.button("Preview"))
    assert reader.page.locator("p.tw-message.success").is_visible()
    reader.click(reader.button("Propose"))
    title = reader.page.get_by_role("heading", level=1).inner_text()
    reader.open("/committees/sessions/new/?body=provincial-05.301")
    reader.click(reader.button("Prepare it"))
    decided_by_all(reader, number(reader), title)
    reader.open("/committees/delegation/")
    (act,) = set(acts.all_inner_texts()) - before
    reader.sign_out()
    # Then a road below the new ceiling is for Aguelmous to decide, under that act, and the page says why.
    reader.sign_in("aguelmous")
    reader.open("/committees/matters/new/?place=05.301.07.03")
    reader.page.locator("#id_title_ar").fill("مسلك")
    reader.page.locator("#id_title_fr").fill("Piste")
    reader.page.locator("#id_axis").select_option("basic_services/douars")
    reader.page.locator("#id_project_kind").select_option("road")
    reader.page.locator("#id_amount").fill(asked)
    reader.click(reader.button("Propose"))
    reader.open(f"/committees/delegation/path/{number(reader)}/")
    assert act in reader.page.locator("ol.tw-why").inner_text()


def test_a_local_committee_decides_and_anybody_checks_its_minutes(reader: Reader) -> None:
    # Given a session at Aguelmous with a project that the province's delegation lets it decide.
    reader.sign_in("aguelmous")
    assert reader.open("/committees/delegation/") == 200
    reader.open("/committees/sessions/new/")
    reader.click(reader.button("Prepare it"))
    session = number(reader)
    reader.click(reader.link("Put matters on the agenda"))
    row = reader.page.get_by_role("row").filter(has_text=PROJECT[reader.language])
    reader.click(row.get_by_role("button", name=reader.say("Put on the agenda")))
    reader.open(f"/committees/sessions/{session}/")
    reader.click(reader.button("Send the invitations"))
    # When two members come on the day, it cannot open, and says why.
    reader.served.days_pass(session, day=0)
    roll(reader, session, 2)
    reader.open(f"/committees/sessions/{session}/")
    assert reader.page.locator(".tw-next .tw-reasons li").count() >= 1
    reader.button("Record that the quorum is lacking").click()
    yes(reader)
    reader.served.days_pass(session, day=-5)
    # Then it is convened a second time, with the same agenda.
    reader.open(f"/committees/sessions/{session}/")
    reader.click(reader.link("Convene it a second time"))
    reader.click(reader.button("Prepare it"))
    again = number(reader)
    assert reader.page.get_by_text(PROJECT[reader.language]).first.is_visible()
    reader.click(reader.button("Send the invitations"))
    reader.served.days_pass(again, day=0)
    roll(reader, again, None)
    reader.open(f"/committees/sessions/{again}/")
    reader.click(reader.button("Open the session"))
    # And debated: whom the register ties to who asks is recused, or a member says so.
    reader.click(reader.page.get_by_role("link", name=re.compile(re.escape(reader.say("Take up the next item")))).first)
    reader.click(reader.button("Open the debate"))
    if reader.language == "fr":
        reader.page.locator("summary", has_text=reader.say("A member declares a conflict of interest")).click()
        reader.page.locator("select[name=mandate]").first.select_option(index=3)
        reader.page.locator("input[name=reason]").fill("Parenté")
        reader.click(reader.button("Write the recusal down"))
    assert reader.page.get_by_role("heading", name=reader.say("Recused")).is_visible()
    # And voted, each by name: the recused member is not among them.
    reader.click(reader.button("Put to the vote"))
    members = reader.page.locator("fieldset input[value=yes]").count()
    assert members >= 10
    reader.page.locator("fieldset input[value=no]").first.check()
    reader.page.locator("select[name=rest]").select_option("yes")
    reader.click(reader.button("Write the votes down"))
    reader.button("Declare the result").click()
    yes(reader)
    decision = reader.page.get_by_role("main").get_by_role("link", name=re.compile("CLDH-05.301.07-")).first
    reader.click(decision)
    assert reader.page.get_by_role("heading", name=reader.say("Proof")).is_visible()
    reader.open(f"/committees/sessions/{again}/")
    reader.click(reader.button("Close the session"))
    # Then its minutes are written, signed and sealed.
    reader.open(f"/committees/minutes/{again}/")
    reader.click(reader.button("Write the minutes"))
    reader.click(reader.button("Sign as the secretary"))
    if reader.language == "fr":
        # The chair signed on paper: the secretary attaches the scan, and a second person above confirms it.
        reader.page.locator("input[type=file]").set_input_files({"name": "s.png", "mimeType": "image/png", "buffer": picture()})
        reader.click(reader.button("Attach the scan"))
        reader.sign_out()
        reader.sign_in("das")
        reader.open(f"/committees/minutes/{again}/")
        reader.button("Confirm the scan, and seal").click()
    else:
        reader.sign_out()
        reader.sign_in("chair")
        reader.open(f"/committees/minutes/{again}/")
        reader.button("Sign as the chair, and seal").click()
    yes(reader)
    code = reader.page.locator("a[href*='/check/'] bdi").first.inner_text()
    address = reader.page.get_by_role("link", name=f"{reader.language}.pdf").first.get_attribute("href")
    sent = reader.page.request.get(reader.served.address + str(address))
    assert sent.body().startswith(b"%PDF-")
    # And anybody who holds the print checks its code and the file, without an account.
    reader.sign_out()
    reader.open("/committees/decisions/check/")
    reader.page.locator("#code").fill(code.lower())
    reader.click(reader.button("Check"))
    reader.page.locator("#file").set_input_files({"name": "m.pdf", "mimeType": "application/pdf", "buffer": sent.body()})
    reader.button("Compare").click()
    reader.page.locator(".tw-message.success").wait_for()
    reader.look()
    reader.open("/committees/decisions/public/")
    assert reader.page.get_by_text("CLDH-05.301.07-").first.is_visible()
    # And the secretary of a neighbour finds nothing of it.
    reader.sign_in("elkbab")
    for path in (f"/committees/sessions/{again}/", f"/committees/minutes/{again}/", f"/committees/sessions/{again}/presence/"):
        assert reader.open(path) == 404


def test_the_pages_of_committees_are_sound_at_the_width_of_a_telephone(reader: Reader) -> None:
    reader.sign_in("cpdh")
    reader.page.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "/committees/",
        "/committees/1/",
        "/committees/1/members/new/",
        "/committees/1/trainings/",
        "/committees/carriers/",
        "/committees/sessions/",
        "/committees/sessions/1/",
        "/committees/sessions/1/presence/",
        "/committees/sessions/items/1/",
        "/committees/sessions/new/",
        "/committees/minutes/1/",
        "/committees/matters/",
        "/committees/matters/1/",
        "/committees/matters/new/",
        "/committees/delegation/",
        "/committees/delegation/new/",
        "/committees/delegation/path/2/",
        "/committees/decisions/",
        "/committees/decisions/CPDH-05.301-2026-1/",
        "/committees/decisions/public/",
        "/committees/decisions/check/",
    ):
        assert reader.open(path) == 200, path
