"""From signing in to an adopted share: what an officer, the committee's secretary and a local secretary do on a first day."""

import re

from tests.journeys.conftest import Reader, code


def test_signing_in_with_the_second_factor(reader: Reader) -> None:
    # Given somebody who signs in and sets up the second factor.
    who = "analyst" if reader.language == "ar" else "reader"
    reader.sign_in(who)
    reader.open("/account/factor/set-up/")
    # So weighty a change asks for the passphrase once more.
    reader.page.locator("input[name=password]").fill(reader.served.people[who]["passphrase"])
    reader.click(reader.button("Confirm"))
    secret = reader.page.locator("code").first.inner_text()
    reader.page.locator("input[name=code]").fill(code(secret))
    reader.click(reader.button("Activate"))
    reader.sign_out()
    # When they sign in again, with a wrong code first.
    reader.sign_in(who)
    reader.page.locator("input[name=code]").fill("000000")
    reader.click(reader.button("Sign in"))
    assert "/factor/" in reader.page.url
    reader.page.locator("input[name=code]").fill(code(secret, later=1))
    reader.click(reader.button("Sign in"))
    # Then they are in.
    assert (
        reader.page.get_by_role("heading", level=1).inner_text().startswith(reader.say("Hello, %(name)s").split("%")[0].strip())
    )


def test_wrong_passphrases_shut_the_account_for_a_while(reader: Reader) -> None:
    reader.open("/account/sign-in/")
    email = f"nobody-{reader.language}@demo.example"
    for _attempt in range(6):
        reader.page.locator("input[name=login]").fill(email)
        reader.page.locator("input[name=password]").fill("wrong-wrong-wrong-11")
        reader.click(reader.button("Sign in"))
    # The library that signs people in says it in its own words.
    alert = reader.page.get_by_role("alert").inner_text()
    assert {"ar": "تجاوزت", "fr": "tentatives"}[reader.language] in alert


def test_from_a_douar_to_the_run_of_a_figure(reader: Reader) -> None:
    reader.sign_in("das")
    # When the officer looks for a douar as people write it.
    reader.page.get_by_role("searchbox").first.fill("ايت حمو")
    reader.page.get_by_role("searchbox").first.press("Enter")
    reader.look()
    rows = reader.page.get_by_role("main").get_by_role("row")
    assert rows.count() > 2
    reader.click(reader.page.get_by_role("main").get_by_role("link").first)
    # Then its page says how far it lives, and a measure opens the run that it comes from.
    assert reader.page.get_by_role("heading", level=1).is_visible()
    reader.open("/measures/?measure=remote_people&level=commune")
    reader.page.wait_for_selector(".tw-map[data-drawn=done]")
    first = reader.page.locator("tr[data-place]").first
    first.hover()
    assert "tw-here" in (first.get_attribute("class") or "")
    reader.click(reader.page.get_by_role("main").get_by_role("link", name=re.compile(r"1$")).last)
    assert re.search(r"/measures/runs/\d+/$", reader.page.url)
    assert reader.page.locator("code").count() >= 3
    reader.click(reader.button("Replay and compare", exact=False))
    assert reader.page.get_by_role("status").first.inner_text()


def test_weights_are_moved_compared_and_one_scenario_is_adopted(reader: Reader) -> None:
    # Given a scenario of one's own, made from the rulebook's weights.
    reader.sign_in("cpdh")
    reader.open("/budgets/")
    envelope = f"Essai {reader.language}"
    reader.page.get_by_label(reader.say("Title")).fill(envelope)
    reader.page.get_by_label(reader.say("Amount")).fill("5000000")
    reader.click(reader.button("Open"))
    address = reader.page.url
    reader.click(reader.button("Make it"))
    first = reader.page.url
    reader.page.goto(address)
    reader.look()
    reader.click(reader.button("Make it"))
    # When a slider moves, the table follows, and nothing is kept until one says so.
    before = reader.page.locator("#result tbody").inner_text()
    slider = reader.page.locator("input[name=weight_remoteness]")
    slider.focus()
    for _step in range(30):
        slider.press("ArrowUp")
    reader.page.wait_for_function("text => document.querySelector('#result tbody').innerText !== text", arg=before)
    assert reader.page.get_by_text(reader.say("Tried, not kept.")).is_visible()
    assert reader.page.locator("output[for=weight_remoteness]").inner_text().startswith("50")
    reader.click(reader.button("Keep these numbers"))
    assert slider.input_value() == "50"
    second = reader.page.url
    # When bounds do not fit, every reason is said, with what would.
    floor = reader.page.locator("input[name=floor_share]")
    typed = floor.input_value()
    floor.fill("400")
    reader.page.wait_for_selector("#result .tw-reasons")
    floor.fill(typed)
    reader.page.wait_for_selector("#result table")
    # And they are compared.
    numbers = [re.search(r"(\d+)/$", address) for address in (first, second)]
    first_number, other = (match[1] if match else "" for match in numbers)
    reader.open(f"/budgets/compare/?one={first_number}&other={other}")
    assert reader.page.get_by_role("img").count() >= 1
    assert reader.page.locator("tbody tr").count() >= 22
    # And the second is adopted, after a question.
    reader.open(f"/budgets/scenarios/{other}/adopt/")
    reader.page.get_by_label(reader.say("Minutes of the session (number, date)")).fill("PV 3/2026")
    reader.button("Record the adoption as a trial").click()
    with reader.page.expect_navigation():
        reader.page.get_by_role("dialog").get_by_role("button", name=reader.say("Yes"), exact=True).click()
    reader.look()
    assert reader.page.url == address
    assert reader.page.get_by_text("PV 3/2026").first.is_visible()
    # Then it is frozen, and the reasons of Aguelmous are there to print.
    reader.open(f"/budgets/scenarios/{other}/")
    assert reader.page.locator("input[name=weight_remoteness]").is_disabled()
    reader.open(f"/budgets/scenarios/{other}/places/05.301.07.03/")
    sheet = reader.page.request.get(f"{reader.served.address}/budgets/scenarios/{other}/places/05.301.07.03/sheet.pdf")
    assert sheet.status == 200
    assert sheet.body().startswith(b"%PDF-")
    # And the local secretary of Aguelmous reads them, and is refused at the neighbouring cercle.
    reader.page.goto(reader.served.address)
    reader.sign_out()
    reader.sign_in("aguelmous")
    assert reader.open(f"/budgets/scenarios/{other}/places/05.301.07.03/") == 200
    assert reader.open(f"/budgets/scenarios/{other}/") == 200
    assert "05.301.03" not in reader.page.content()
    assert reader.open(f"/budgets/scenarios/{other}/places/05.301.03.05/") == 404
    assert reader.open("/measures/places/05.301.03.05/") == 404
    assert reader.page.get_by_role("heading", level=1).inner_text() == reader.say("There is no such page for you")


def test_every_page_is_sound_at_the_width_of_a_telephone(reader: Reader) -> None:
    reader.sign_in("das")
    reader.page.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "/",
        "/territories/",
        "/territories/?place=05.301.07",
        "/territories/search/?q=aguelmous",
        "/territories/places/05.301.07.03/history/",
        "/territories/imports/",
        "/territories/imports/new/",
        "/measures/",
        "/measures/places/05.301.07.03/",
        "/measures/runs/",
        "/measures/runs/1/",
        "/measures/tables/",
        "/budgets/",
        "/budgets/1/",
        "/budgets/scenarios/1/",
        "/budgets/compare/?one=1&other=2",
        "/budgets/scenarios/1/places/05.301.07.03/",
        "/journal/",
        "/people/",
        "/account/",
        "/health/",
    ):
        assert reader.open(path) == 200, path
