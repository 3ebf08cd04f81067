"""Every reason why a person, a carrier or a tie is not written down."""

from datetime import date

import pytest

from tiwizi.organisations import rules

ON = date(2026, 11, 23)
YEARS = "The birth year lies between 1926 and 2011."
NAME = "Give a name, in Arabic or in French."
KIND = "There is no tie of the kind friend."
SOURCE = "A tie is known from a register, or declared."
LIFETIME = "The tie ends on 2026-01-01, not after its first day 2026-01-01."


@pytest.mark.parametrize(
    ("named", "sex", "birth_year", "reasons"),
    [
        (True, "", None, []),
        (True, "woman", 1926, []),
        (True, "man", 2011, []),
        (True, "woman", 1925, [YEARS]),
        (True, "woman", 2012, [YEARS]),
        (False, "lady", 2012, [NAME, "Sex is woman, man, or left empty.", YEARS]),
    ],
)
def test_why_not_person(named: bool, sex: str, birth_year: int | None, reasons: list[str]) -> None:
    said = rules.why_not_person(named=named, sex=sex, birth_year=birth_year, on=ON)
    assert [str(reason) for reason in said] == reasons


@pytest.mark.parametrize(
    ("numbered", "named", "reasons"),
    [
        (True, True, []),
        (False, True, ["Give the number of the register, or one of your own."]),
        (True, False, [NAME]),
        (False, False, ["Give the number of the register, or one of your own.", NAME]),
    ],
)
def test_why_not_register_carrier(numbered: bool, named: bool, reasons: list[str]) -> None:
    said = rules.why_not_register_carrier(numbered=numbered, named=named)
    assert [str(reason) for reason in said] == reasons


@pytest.mark.parametrize(
    ("kind", "source", "until", "reasons"),
    [
        ("board", "register", None, []),
        ("kin", "declared", date(2026, 1, 2), []),
        ("friend", "register", None, [KIND]),
        ("board", "rumour", None, [SOURCE]),
        ("board", "register", date(2026, 1, 1), [LIFETIME]),
        ("friend", "rumour", date(2026, 1, 1), [KIND, SOURCE, LIFETIME]),
    ],
)
def test_why_not_tie(kind: str, source: str, until: date | None, reasons: list[str]) -> None:
    said = rules.why_not_tie(kind=kind, source=source, since=date(2026, 1, 1), until=until)
    assert [str(reason) for reason in said] == reasons
