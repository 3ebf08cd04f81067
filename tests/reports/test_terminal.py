"""What the terminal shows: every place, the sum, the notes, the files, in 80 columns without colours."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rich.cells import cell_len

from tiwizi.core.tables import PLACES
from tiwizi.language import LANGUAGES, number
from tiwizi.plan import Plan
from tiwizi.reports import to_terminal
from tiwizi.reports.parts import parts
from tiwizi.reports.terminal import LISTED
from tiwizi.reports.words import heading, place_name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_has_its_line_with_people_and_amount(khenifra: Plan, language: str) -> None:
    lines = to_terminal(khenifra, language).splitlines()
    for part in parts(khenifra).values():
        name, amount = place_name(part.row, language), number(part.amount_dh, language)
        assert any(line.startswith(name) and amount in line and number(part.people, language) in line for line in lines), name
    total = next(line for line in lines if line.startswith(heading("total", khenifra.rules, language)))
    assert number(khenifra.envelope_dh, language) in total


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_fit_in_eighty_columns_and_bear_no_colours(khenifra: Plan, language: str) -> None:
    text = to_terminal(khenifra, language)
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "\x1b" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_never_broken_over_two_lines(khenifra: Plan, language: str) -> None:
    lines = to_terminal(khenifra, language).splitlines()
    assert not any(line.endswith(("\u202f", "\u00a0")) or line.startswith(("\u202f", "\u00a0")) for line in lines)
    assert not any("\ue000" <= letter <= "\ue001" for line in lines for letter in line)


def test_notes_assumptions_and_files_follow(khenifra: Plan) -> None:
    text = " ".join(to_terminal(khenifra, "en", [Path("demo/plan.xlsx")]).split())
    assert "53.63 km looks wrong" in text
    assert "assumptions: " in text
    assert text.endswith("Files written: demo/plan.xlsx")
    assert "Files written" not in to_terminal(khenifra, "en")


def test_a_long_plan_says_how_many_places_it_does_not_list(khenifra: Plan) -> None:
    many = _many(khenifra)
    text = to_terminal(many, "en")
    assert f"Places not listed here: {len(many.recipients) - LISTED};" in text
    assert text.count("Unemployment") == LISTED


def _many(plan: Plan) -> Plan:
    """The same plan as if its first place were 65 places: only what the terminal shows is made to fit."""
    codes = [f"p{index:02d}" for index in range(65)]
    first = plan.recipients[0]
    place = plan.places.filter(pl.col("place") == first).row(0, named=True)
    places = PLACES.frame([{**place, "place": code} for code in codes])
    rows = plan.shares.filter(pl.col("place") == first)
    shares = pl.concat([rows.with_columns(place=pl.lit(code)) for code in codes])
    return replace(
        plan,
        recipients=tuple(codes),
        places=pl.concat([plan.places, places]),
        shares=shares,
        envelope_dh=int(shares["amount_dh"].sum()),
    )
