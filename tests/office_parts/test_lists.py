"""Columns and filters of lists: typed fields, names beside codes, words in the reader's language, one computation per page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tiwizi.core.errors import BadData, say
from tiwizi.core.money import Centimes
from tiwizi.core.rulebook.subjects import Label
from tiwizi.office import lists
from tiwizi.office.lists import Cell
from tiwizi.territories.titles import PLACES


@dataclass(frozen=True)
class Row:
    """What the lists of these tests show."""

    pk: int
    state: str
    amount_centimes: Centimes | int
    day: date
    at: datetime


ROWS = (
    Row(1, "adopted", Centimes(70_000_01), date(2026, 1, 31), datetime(2026, 1, 31, 23, 30, tzinfo=UTC)),
    Row(2, "unheard-of", Centimes(0), date(2026, 2, 1), datetime(2026, 2, 1, 8, 0, tzinfo=UTC)),
)


@pytest.fixture(params=["ar", "fr", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def exported(column: lists.Column, rows: Sequence[Any] = ROWS) -> dict[str, tuple[str, Any, list[Any]]]:
    """By the name of each field: its title, its type, its values."""
    return {field.name: (field.title, field.dtype, list(field.values)) for field in column.fields(column.values(rows))}


def test_an_amount_is_exported_exactly_in_units_of_the_currency(language: str) -> None:
    title, dtype, values = exported(lists.Money("amount_centimes", _("Amount")))["amount_dh"]
    assert (dtype, values) == (pl.Decimal(18, 2), [Decimal("70000.01"), None])
    assert title == {"ar": "المبلغ (درهم)", "fr": "Montant, en DH", "en": "Amount, in DH"}[language]
    assert list(pl.Series(values, dtype=pl.Decimal(18, 2))) == values


def test_an_amount_in_whole_units_is_the_same_money() -> None:
    assert exported(lists.Money("amount_centimes", "x", lambda _row: Centimes.of_dh(5)))["amount_dh"][2] == [
        Decimal(5),
        Decimal(5),
    ]


def test_a_number_that_does_not_say_its_unit_is_no_money() -> None:
    with pytest.raises(TypeError, match="does not say that it counts centimes"):
        exported(lists.Money("amount_dh", "x", lambda _row: 5))


def test_a_day_is_a_day_and_a_moment_is_that_of_the_office(language: str) -> None:
    assert exported(lists.Day("day", _("Day")))["day"][1:] == (pl.Date, [row.day for row in ROWS])
    moments = exported(lists.Moment("at", _("When")))["at"][2]
    # Half past eleven at night in Greenwich is the day after at the office.
    assert moments[0] == datetime(2026, 2, 1, 0, 30)  # noqa: DTZ001 a spreadsheet's moment has no zone


def test_words_stand_beside_their_codes_and_an_unknown_code_for_itself(language: str) -> None:
    label = Label(ar="معتمد", fr="adopté", en="adopted")
    fields = exported(lists.Words("state", _("State"), words={"adopted": label}))
    assert fields["state"][2] == [label.in_(language), "unheard-of"]
    assert fields["state_code"][2] == ["adopted", "unheard-of"]
    assert fields["state"][0] != fields["state_code"][0]


def test_a_sentence_a_template_and_a_promise_are_all_said() -> None:
    with translation.override("fr"):
        assert {lists.in_words(promised) for promised in (say("adopted"), "adopted", _("adopted"))} == {"adoptée"}


def test_what_is_found_for_a_page_is_found_once(language: str) -> None:
    asked: list[int] = []

    def cells(rows: Sequence[Row]) -> list[Cell | None]:
        asked.append(len(rows))
        return [Cell("Comité", code="C", note="7"), None]

    column = lists.PerPage("who", _("Who decides"), compute=cells, note=("act", _("Act")))
    assert {name: values for name, (_title, _type, values) in exported(column).items()} == {
        "who": ["Comité", None],
        "who_code": ["C", None],
        "act": ["7", None],
    }
    assert asked == [2]


def test_what_is_empty_is_missing_in_a_file() -> None:
    assert exported(lists.Text("name", "x", lambda row: "" if row.pk == 1 else "=1"))["name"][2] == [None, "=1"]


class Rows:
    """A query that remembers how it was narrowed."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def filter(self, **asked: Any) -> "Rows":
        """The same, narrowed."""
        self.asked |= asked
        return self


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("2026", {"day__year": 2026}),
        ("٢٠٢٦", {"day__year": 2026}),
        ("0000", {}),
        ("9999", {}),
        ("26", {}),
        ("-202", {}),
        ("x", {}),
        ("²²²²", {}),
    ],
)
def test_only_a_year_narrows_by_year(typed: str, asked: dict[str, int]) -> None:
    assert lists.Year(field="day").apply(Rows(), typed).asked == asked


def test_a_choice_takes_its_label_and_its_words_from_the_column_of_its_name(language: str) -> None:
    columns = (lists.Words("state", _("State"), words={"adopted": say("adopted")}),)
    choice = lists.Choice("state")
    assert choice.words(columns) == lists.in_words(_("State"))
    assert choice.choices(None, columns) == [("adopted", lists.in_words(say("adopted")))]


def test_a_hostile_title_stays_as_it_is_and_a_refusal_stays_short() -> None:
    padded = " " * 1_000 + "place"
    assert PLACES.recognised((padded, "place")) == (padded, "place")
    with pytest.raises(BadData) as refused:
        PLACES.recognised(["x" * 5_000] * 5_000)
    assert len(str(refused.value)) < 6 * 200 + 500
