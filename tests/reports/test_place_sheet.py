"""The sheet of one place: what stands on it, draft or adopted, in each language, the same bytes each time."""

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tiwizi.core.errors import Refused
from tiwizi.language import LANGUAGES, number
from tiwizi.plan import Plan
from tiwizi.reports import place_sheet as sheets
from tiwizi.reports.assumptions import assumptions
from tiwizi.reports.parts import parts
from tiwizi.reports.place_sheet import Adopted, contents, place_sheet
from tiwizi.reports.words import component_sentence, paragraph

AGUELMOUS = "05.301.07.03"
ADOPTED = Adopted(
    scenario="Équilibre", reference="PV 3/2026", decided_on=date(2026, 11, 20), shares_sha256="0123456789abcdef" * 4
)
DRAFTS = {"ar": "مسودة", "fr": "Brouillon", "en": "Draft"}

reads_pdf = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")


def plain(text: str) -> str:
    """Text without its marks of direction, each white space one blank."""
    return " ".join(re.sub("[\u200e\u200f\u2066-\u2069\u202a-\u202e]", "", text).split())


def pages(made: bytes, folder: Path) -> list[str]:
    """What each page says, as a reader of the file hears it."""
    file = folder / "sheet.pdf"
    file.write_bytes(made)
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(file), "-"], capture_output=True, check=True)
    return [plain(page) for page in done.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_made_twice_with_the_same_bytes(khenifra: Plan, language: str) -> None:
    made = place_sheet(khenifra, AGUELMOUS, language)
    assert made.startswith(b"%PDF-")
    assert made == place_sheet(khenifra, AGUELMOUS, language)
    assert f"/Lang({language}".encode() in made.replace(b"/Lang (", b"/Lang(")
    assert made != place_sheet(khenifra, AGUELMOUS, language, adopted=ADOPTED)
    assert made != place_sheet(khenifra, next(place for place in khenifra.recipients if place != AGUELMOUS), language)


@reads_pdf
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_pages_say_who_gets_what_and_on_what_it_rests(khenifra: Plan, language: str, tmp_path: Path) -> None:
    text = pages(place_sheet(khenifra, AGUELMOUS, language, adopted=ADOPTED), tmp_path)
    assert len(text) == 2
    part = parts(khenifra)[AGUELMOUS]
    assert plain(number(part.amount_dh, language)) in text[0]
    assert AGUELMOUS in text[0]
    assert ADOPTED.shares_sha256 in text[0].replace(" ", "")
    assert "https://www.hcp.ma/file/242671/" in text[1]
    assert all(khenifra.rulebook.version in page for page in text)


@reads_pdf
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_draft_says_so_and_its_sentences_are_there_to_read(khenifra: Plan, language: str, tmp_path: Path) -> None:
    first = pages(place_sheet(khenifra, AGUELMOUS, language), tmp_path)[0]
    assert "Aguelmous" in first
    assert DRAFTS[language] in first
    assert plain(paragraph(khenifra, AGUELMOUS, language)) in first


@pytest.mark.parametrize("place", ["05.301", "05.301.07", "05.301.99.99", ""])
def test_a_place_that_has_no_share_is_refused_in_words(khenifra: Plan, place: str) -> None:
    with pytest.raises(Refused, match=r"has no share in this plan\. Choose one of the 22 places that share\."):
        place_sheet(khenifra, place, "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_component_has_its_row_and_the_rows_sum_to_the_amount(khenifra: Plan, language: str) -> None:
    part = parts(khenifra)[AGUELMOUS]
    data = contents(khenifra, part, language, None)
    assert [row[3] for row in data["rows"]] == [
        component_sentence(component, khenifra.rules, language) for component in part.components
    ]
    assert sum(component.amount_dh for component in part.components) == part.amount_dh
    assert data["total"][2] == number(part.amount_dh, language)
    assert data["paragraph"] == paragraph(khenifra, AGUELMOUS, language)


def test_what_stands_in_and_what_is_assumed_is_marked(khenifra: Plan) -> None:
    rows = json.dumps(contents(khenifra, parts(khenifra)[AGUELMOUS], "en", None)["rows"])
    assert "[assumption]" in rows
    assert "[proxy]" in rows
    assert "[proxy, assumption]" in rows


def test_no_assumption_is_left_out(khenifra: Plan) -> None:
    listed = contents(khenifra, parts(khenifra)[AGUELMOUS], "en", None)["assumptions"]
    assert {name for name, _value in listed} == {assumption.label for assumption in assumptions(khenifra, "en")}
    assert len(listed) == len({tuple(line) for line in listed})


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_act_it_is_a_draft_and_with_one_it_names_it(khenifra: Plan, language: str) -> None:
    part = parts(khenifra)[AGUELMOUS]
    draft, act = (contents(khenifra, part, language, adopted) for adopted in (None, ADOPTED))
    assert DRAFTS[language] in draft["status"]
    assert (draft["adopted"], act["adopted"]) == (False, True)
    assert DRAFTS[language] not in act["status"]
    for wanted in (ADOPTED.scenario, ADOPTED.reference, ADOPTED.shares_sha256):
        assert wanted in act["status"]


def test_rank_people_and_dirhams_a_head_stand_at_the_top(khenifra: Plan) -> None:
    facts = dict(contents(khenifra, parts(khenifra)[AGUELMOUS], "en", None)["facts"])
    assert facts["Rank"] == "2 of 22"
    assert facts["People"] == "36,560"
    assert plain(facts["A head"]) == "110 DH"


def test_the_place_is_told_from_the_cercle_of_the_same_name(khenifra: Plan) -> None:
    codes = contents(khenifra, parts(khenifra)[AGUELMOUS], "fr", None)["codes"]
    assert [plain(code) for code in codes] == ["Cercle · Aguelmous", AGUELMOUS]


def test_nothing_is_left_in_english_in_another_language(khenifra: Plan) -> None:
    part = parts(khenifra)[AGUELMOUS]
    english = contents(khenifra, part, "en", None)
    for language in ("ar", "fr"):
        other = contents(khenifra, part, language, None)
        for key in ("columns", "marks", "paragraph", "status", "assumptions-meaning"):
            assert other[key] != english[key], (language, key)
        for key, heading in other["headings"].items():
            assert heading != english["headings"][key] or heading == "Sources", (language, key)


def test_the_template_says_nothing_itself() -> None:
    source = sheets.TEMPLATE.read_text(encoding="utf-8")
    code = re.sub(r"//.*", "", source)
    assert not re.findall(r"\[[A-Za-z]{3,} [a-z]", code)
    assert "Tiwizi" in code
