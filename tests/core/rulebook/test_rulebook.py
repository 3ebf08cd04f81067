"""A rulebook is dated, sourced and typed; what is wrong in it comes in one go, with file, line, key and remedy."""

from datetime import date
from fractions import Fraction

import pytest

from tiwizi import store
from tiwizi.core.errors import BadRulebook
from tiwizi.core.rulebook import rulebook
from tiwizi.core.rulebook.rulebook import Rulebook
from tiwizi.core.rulebook.subjects import Rules

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def indh() -> Rulebook:
    return store.rulebook("indh")


def changed(indh: Rulebook, subject: str, old: str, new: str) -> dict[str, str]:
    texts = dict(indh.texts)
    assert old in texts[subject]
    texts[subject] = texts[subject].replace(old, new, 1)
    return texts


def problems_of(texts: dict[str, str]) -> list[str]:
    with pytest.raises(BadRulebook) as error:
        rulebook.parse("copy", texts)
    return [problem.text() for problem in error.value.problems]


def test_the_programme_has_its_levels_and_the_level_that_has_each_committee(indh: Rulebook) -> None:
    programme = indh.on(DAY).programme
    assert [level.code for level in programme.levels] == [
        "country",
        "region",
        "province",
        "cercle",
        "pachalik",
        "commune",
        "douar",
    ]
    assert {level.code: level.committee_code for level in programme.levels if level.committee} == {
        "region": "CRDH",
        "province": "CPDH",
        "cercle": "CLDH",
        "pachalik": "CLDH",
    }
    assert [sub.part.value for sub in programme.programmes] == [Fraction(4, 18)] * 3 + [Fraction(6, 18)]
    assert all(sub.axes for sub in programme.programmes)


def test_a_number_without_a_public_source_is_marked_as_assumed(indh: Rulebook) -> None:
    rules = indh.on(DAY)
    assert rules.allocation.criterion("poverty").weight.assumed
    part = rules.programme.programmes[0].part
    assert not part.assumed
    assert part.source is not None
    assert part.source.url.startswith("https://")


def test_every_number_is_either_sourced_or_assumed_and_was_checked(indh: Rulebook) -> None:
    numbers = list(rulebook.numbers(indh.on(DAY)))
    assert len(numbers) > 90
    assert all(number.assumed or number.source for number in numbers)
    assert all(number.checked <= date(2026, 11, 24) for number in numbers)  # the day on which the last one was looked at


def test_the_value_is_the_one_in_force_on_the_day(indh: Rulebook) -> None:
    texts = changed(
        indh,
        "allocation",
        "values = [{ since = 2019-01-01, value = 0.4 }]",
        "values = [{ since = 2019-01-01, value = 0.4 }, { since = 2026-01-01, value = 0.5 }]",
    )
    copy = rulebook.parse("copy", texts)
    assert copy.on(date(2025, 12, 31)).allocation.floor_share.value == Fraction(2, 5)
    assert copy.on(date(2026, 1, 1)).allocation.floor_share.value == Fraction(1, 2)


def test_a_programme_holds_from_its_since_up_to_the_day_before_its_until(indh: Rulebook) -> None:
    texts = changed(
        indh,
        "programme",
        'code = "human_capital"\nsince = 2019-01-01',
        'code = "human_capital"\nsince = 2019-01-01\nuntil = 2024-01-01',
    )
    copy = rulebook.parse("copy", texts)
    assert len(copy.on(date(2023, 12, 31)).programme.programmes) == 4
    assert len(copy.on(date(2024, 1, 1)).programme.programmes) == 3


def test_a_day_before_the_first_value_is_refused_and_names_the_first_known_day(indh: Rulebook) -> None:
    with pytest.raises(BadRulebook, match=r"no value is known on 2010-01-01: the first one holds from 2019-01-01"):
        indh.on(date(2010, 1, 1))


def test_the_version_is_of_the_texts(indh: Rulebook) -> None:
    assert indh.version == store.rulebook("indh").version
    assert rulebook.parse("copy", changed(indh, "allocation", "value = 25", "value = 26")).version != indh.version


def test_rules_are_frozen(indh: Rulebook) -> None:
    rules: Rules = indh.on(DAY)
    with pytest.raises(AttributeError):
        rules.allocation.level = "douar"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("subject", "old", "new", "message"),
    [
        (
            "allocation",
            'measures = ["unemployed_people"]',
            'measure = ["unemployed_people"]',
            r"key criteria\[3\]\.measure.*Did you mean measures\?",
        ),
        ("allocation", 'unit = "share"', 'unit = "shares"', r"key floor_share\.unit: 'shares' is not a choice"),
        ("allocation", "value = 0.3 ", "value = 3 ", r"key cap_share\.values\[1\]: 3 is out of the bounds of the unit share"),
        ("allocation", "assumed = true", "", r"key floor_share: this number has no source"),
        ("allocation", "assumed = true", 'source = "nowhere"', r"the source 'nowhere' is not in the \[sources\] table"),
        ("allocation", 'level = "commune"', 'level = "comune"', r"key level: the level comune is not in programme.toml"),
        ("allocation", "checked = 2026-11-23", 'checked = "2026-11-23"', r"key floor_share\.checked: '2026-11-23' is not a date"),
        (
            "allocation",
            "{people} unemployed",
            "Unemployed",
            r"key criteria\[3\]\.reason\.en: the reason does not say how many people",
        ),
        ("allocation", 'code = "vulnerability"', 'code = "poverty"', r"the code poverty stands twice"),
        (
            "allocation",
            "floor_share]\nlabel = {",
            "floor_share]\nlabel = { xx = 1,",
            r"key floor_share\.label\.xx: this key is not known here",
        ),
        ("poverty", '"1/3"', '"1/0"', r"'1/0' is not a number"),
        ("poverty", 'value = "1/12"', 'value = "1/11"', r"the weights sum to 133/132, not to 1"),
        ("poverty", 'dimension = "living"', 'dimension = "life"', r"the dimension life is not listed"),
        ("access", "value = 1 ", "value = 99 ", r"near is not nearer than far"),
        (
            "access",
            'unit = "services"\nvalues = [{ since = 2019-01-01, value = 3 }]',
            'unit = "services"\nvalues = [{ since = 2019-01-01, value = 7 }]',
            r"key services_at_least: a hamlet cannot be far from so many",
        ),
        (
            "indices",
            'column = "disability_share"',
            'column = "disabled_share"',
            r"indicators\[1\]\.column: the census has no column disabled_share",
        ),
        (
            "indices",
            "value = 0.25 }",
            "value = 0 }",
            r"key development\.dimensions\[1\]\.indicators\[1\]\.low: the lowest is not below the highest",
        ),
        ("indices", "value = 10000 }", "value = 0 }", r"key development\.draws: this number is zero"),
        ("access", 'unknown = "as_known"', 'unknown = "whatever"', r"'whatever' is not a choice\. Write one of: as_known"),
        ("programme", 'code = "indh"', 'code = "indh', r"this is not TOML"),
        ("programme", "since = 2019-01-01\nlabel", "label", r"the key since is missing"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_key_and_remedy(
    indh: Rulebook, subject: str, old: str, new: str, message: str
) -> None:
    import re

    texts = problems_of(changed(indh, subject, old, new))
    assert any(re.search(message, text) for text in texts), texts
    assert all(text.startswith(f"file {subject}.toml") for text in texts)
    assert "not TOML" in texts[0] or all(", line " in text for text in texts)


def test_the_line_named_is_the_line_in_error(indh: Rulebook) -> None:
    texts = changed(indh, "allocation", 'code = "remoteness"\nlabel', 'code = "remoteness"\nlable')
    line = next(number for number, line in enumerate(texts["allocation"].splitlines(), 1) if line.startswith("lable"))
    assert any(f"line {line}, key criteria[6].lable" in text for text in problems_of(texts))


def test_all_errors_of_all_files_come_in_one_go(indh: Rulebook) -> None:
    texts = changed(indh, "allocation", 'unit = "DH"', 'unit = "dollars"')
    texts["allocation"] = texts["allocation"].replace("value = 0.3 ", "value = 7 ", 1)
    texts["access"] = texts["access"].replace('unit = "services"', 'unit = "km2"', 1)
    del texts["indices"]
    texts["comittees"] = ""
    messages = problems_of(texts)
    assert len(messages) == 5
    assert any("indices.toml: this file is missing" in text for text in messages)
    assert any("comittees.toml: this subject is not known" in text for text in messages)


def test_a_folder_without_rulebook_is_refused_with_the_names_of_those_carried() -> None:
    with pytest.raises(BadRulebook, match="one that Tiwizi carries: indh"):
        store.rulebook("nowhere")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('levels = ["province"]', 'levels = ["provinse"]', "provinse is not known"),
        ('above = "provincial"', 'above = "national"', "national is not known"),
        ('majority = "two_thirds"', 'majority = "two_fifths"', "two_fifths is not known"),
        ('counts = "young"', 'counts = "women"', "young people are counted under an age"),
        ("[bodies.composition.most]", "[bodies.composition.younger_than]", "a bound has a least, a most or both"),
    ],
)
def test_what_committees_are_said_to_be_must_fit_together(indh: Rulebook, before: str, after: str, message: str) -> None:
    with pytest.raises(BadRulebook) as refused:
        rulebook.parse("copy", changed(indh, "committees", before, after))
    assert message in str(refused.value)
