"""A second programme, of a country that there is not, run by its folder alone: a plan, an office, a session of its committee."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pypdf
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from docx import Document
from python_calamine import CalamineWorkbook
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import AT, attend, convened, fresh, mandates, member, take_up, vote
from tests.office import forget
from tests.trees import MACHINE, account

from tiwizi import reports, store
from tiwizi.budgets import commands as budgets
from tiwizi.cli import main
from tiwizi.committees import models
from tiwizi.committees.commands import bodies, delegations, matters, sessions, votes
from tiwizi.committees.commands import minutes as minutes_of
from tiwizi.core.errors import BadRulebook, Refused
from tiwizi.core.rulebook.rulebook import parse
from tiwizi.database import scope
from tiwizi.journal.commands import Actor
from tiwizi.measures import loading
from tiwizi.people.models import Account
from tiwizi.plan import Plan, plan
from tiwizi.territories.models import Place
from tiwizi.web import first_people

FOLDER = Path(__file__).with_name("vardia")
DAY = date(2026, 11, 23)
ELSEWHERE = re.compile(r"\bDH\b|درهم|dirham|\bcercle|\bcommunes?\b|douar|\bindh\b|\bHCP\b", re.IGNORECASE)
"""Words of the first programme, of which none may show."""


def nothing_of_elsewhere(shown: str) -> None:
    """No word of the first programme stands in what a reader sees."""
    found = [shown[max(0, word.start() - 60) : word.end() + 60] for word in ELSEWHERE.finditer(shown)]
    assert not found, found


@pytest.fixture(scope="module")
def made() -> Plan:
    return plan("V", envelope_dh=1_000_000, on=DAY, rulebook=store.rulebook(FOLDER))


@pytest.fixture
def vardia(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """An office of the programme: it is chosen, and the office is founded with the places of its tables."""
    monkeypatch.setenv("TIWIZI_PROGRAMME", str(FOLDER))
    forget()
    first_people.found(
        "V",
        administrator=("admin@vardia.example", "A."),
        second=("provincial_secretary", "second@vardia.example", "S."),
        reference="Charter 1",
        at=chamber.SENT,
    )
    yield
    forget()


def signed_in(kind: str, code: str, language: str = "fr") -> Client:
    """Somebody with this role, reading this language."""
    with scope.everything():
        made = client((kind, Place.objects.get(code=code)))
    made.cookies["django_language"] = language
    return made


# --- a plan ----------------------------------------------------------------------------------------------------------


def test_an_envelope_is_shared_over_its_own_lowest_level_in_its_own_steps(made: Plan) -> None:
    amounts = made.shares.group_by("place").agg(pl.col("amount_dh").sum())
    assert set(amounts["place"]) == {"V1.1", "V1.2", "V1.3", "V2.1", "V2.2", "V2.3"}
    assert amounts["amount_dh"].sum() == 1_000_000
    assert all(amount % 50 == 0 for amount in amounts["amount_dh"])
    assert set(made.measures["as_of"]) == {date(2021, 4, 15)}
    assert set(made.shares["programme"]) == {"wells", "hearths"}


@pytest.mark.parametrize(
    ("language", "currency", "name"), [("en", "VT", "Copse parish"), ("fr", "VT", "Copse"), ("ar", "تال", "Lund")]
)
def test_the_report_speaks_of_its_own_currency_levels_and_names(
    made: Plan, tmp_path: Path, language: str, currency: str, name: str
) -> None:
    files = {path.name: path for path in reports.write(made, tmp_path, language=language)}
    pdf = "\n".join(page.extract_text() for page in pypdf.PdfReader(files["report.pdf"]).pages)
    drawing = files["map.svg"].read_text(encoding="utf-8")
    book = CalamineWorkbook.from_path(str(files["plan.xlsx"]))
    workbook = "\n".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    for shown in (reports.to_terminal(made, language), workbook, drawing):
        assert currency in shown
        nothing_of_elsewhere(shown)
    nothing_of_elsewhere(pdf)
    assert name in workbook


def test_the_command_line_takes_the_folder_or_the_environment() -> None:
    asked = ["plan", "V", "--envelope", "1000000", "--language", "en", "--on", "2026-11-23"]
    by_folder = CliRunner().invoke(main, [*asked, "--rulebook", str(FOLDER)])
    by_environment = CliRunner().invoke(main, asked, env={"TIWIZI_PROGRAMME": str(FOLDER)})
    assert (by_folder.exit_code, by_environment.exit_code) == (0, 0)
    assert "Envelope: 1,000,000\u00a0VT" in by_folder.output
    assert by_environment.output == by_folder.output


def test_an_unknown_code_reader_or_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no place has the code W"):
        plan("W", envelope_dh=1000, on=DAY, rulebook=store.rulebook(FOLDER))
    texts = dict(store.rulebook(FOLDER).texts)
    other = parse("x", {**texts, "territory": texts["territory"].replace('"tables"', '"moon"', 1)}, folder=str(tmp_path))
    with pytest.raises(BadRulebook, match="moon is not known"):
        plan("V", envelope_dh=1000, on=DAY, rulebook=other)
    with pytest.raises(Exception, match=r"places\.csv: there is no such file"):
        plan("V", envelope_dh=1000, on=DAY, rulebook=parse("x", texts, folder=str(tmp_path)))
    without = parse("x", {subject: kept for subject, kept in texts.items() if subject != "territory"})
    with pytest.raises(BadRulebook, match="does not say where its places"):
        plan("V", envelope_dh=1000, on=DAY, rulebook=without)


# --- an office -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "level", "name"), [("fr", "Marche", "Northmark"), ("en", "March", "Northmark"), ("ar", "الثغر", "Nordveg")]
)
def test_the_office_shows_its_levels_and_names(vardia: None, language: str, level: str, name: str) -> None:
    page = text(signed_in("reader", "V", language).get(reverse("places")))
    assert level in page
    assert name in page
    nothing_of_elsewhere(page)


def test_its_figures_and_its_budget_are_shown_in_its_currency(vardia: None) -> None:
    with scope.everything():
        officer = account("officer.of@vardia.example", ("officer", Place.objects.get(code="V")))
        by = Actor(account=str(officer.pk), role="officer@V")
        run = loading.census_run("V", by=by, account=officer, at=AT)
        assert run.status == "done", run.problem
        envelope = budgets.open_envelope(
            place=Place.objects.get(code="V"), year=2027, title="Hearths", amount_dh=1_000_000, account=officer, by=by, at=AT
        )
        draft = budgets.draft(envelope, run=run, name="First", account=officer, by=by, at=AT)
    asking = signed_in("analyst", "V")
    pages = {
        address: asking.get(address)
        for address in (
            reverse("envelopes"),
            reverse("envelope", args=[envelope.pk]),
            reverse("scenario", args=[draft.pk]),
            reverse("reasons", args=[draft.pk, "V1.1"]),
            reverse("explorer"),
            reverse("place", args=["V1.1"]),
            reverse("run", args=[run.pk]),
        )
    }
    for address, answer in pages.items():
        assert answer.status_code == 200, address
        nothing_of_elsewhere(text(answer))
    assert "1\u202f000\u202f000 VT" in text(pages[reverse("envelope", args=[envelope.pk])])
    assert "VT par habitant" in text(pages[reverse("reasons", args=[draft.pk, "V1.1"])])
    assert "Paroisse" in text(pages[reverse("explorer")])


# --- a session -------------------------------------------------------------------------------------------------------


def moot(secretary: Account) -> models.Body:
    """The one committee of a march, with six members and a founding act."""
    body = bodies.found(
        place=Place.objects.get(code="V1"), kind="moot", name_ar="مجلس", name_fr="Assise", since=date(2026, 1, 1), above=None,
        by=MACHINE, at=chamber.SENT,
    )  # fmt: skip
    for number in range(6):
        member(body, number)
    delegations.found(
        body, reference="Charter 2", signed_by="The warden", signed_on=date(2026, 1, 1), since=date(2026, 1, 1),
        account=secretary, by=MACHINE, at=chamber.SENT,
    )  # fmt: skip
    return body


def test_its_committee_sits_by_its_own_quorum_votes_and_its_minutes_name_its_currency(vardia: None) -> None:
    with scope.everything():
        secretary = account("keeper@vardia.example", ("local_secretary", Place.objects.get(code="V1")))
        body = moot(secretary)
        matter = matters.propose(
            kind="project", place=Place.objects.get(code="V1.1"), opened=chamber.SENT.date(), account=secretary, by=MACHINE,
            at=chamber.SENT, title_fr="Un puits", title_ar="بئر", programme="wells", axis="deep", project_kind="well",
            amount_centimes=12_345_50, text_fr="L'assise approuve.", text_ar="يصادق المجلس.",
        )  # fmt: skip
        session = convened(body, matter, account=secretary)
        attend(session, mandates(body)[:4])
        with pytest.raises(Refused, match="There is no quorum: 4 of 6"):
            sessions.open_session(session, version=fresh(session), by=MACHINE, at=AT)
        attend(session, mandates(body)[4:5])
        sessions.open_session(session, version=fresh(session), by=MACHINE, at=AT)
        poll = vote(session, take_up(session), "yes")
        votes.declare(poll, version=fresh(session), account=secretary, by=MACHINE, at=AT)
        sessions.close(session, version=fresh(session), by=MACHINE, at=AT)
        assert models.Resolution.objects.get().number == "MOOT-V1-2026-1"
        files = {(one.language, one.media): bytes(one.content) for one in written(session, secretary)}
    french = "\n".join(one.text for one in Document(io.BytesIO(files["fr", "docx"])).paragraphs)
    assert "12\u202f345,50 VT" in french
    nothing_of_elsewhere(french)
    pdf = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["fr", "pdf"])).pages)
    assert "VT" in pdf
    nothing_of_elsewhere(pdf)
    assert "تال" in "\n".join(one.text for one in Document(io.BytesIO(files["ar", "docx"])).paragraphs)


def written(session: models.Session, secretary: Account) -> list[Any]:
    made = minutes_of.typeset(
        session, version=None, address=lambda code: f"https://office.example/{code}", choose=lambda letters: letters[0]
    )
    return minutes_of.write(made, account=secretary, by=MACHINE, at=AT)
