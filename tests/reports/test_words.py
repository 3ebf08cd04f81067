"""What reports say: truth tables of the sentences in the three languages, and the paragraph of a real commune."""

from dataclasses import replace
from datetime import date

import pytest

from tiwizi import store
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.language import LANGUAGES
from tiwizi.plan import Plan
from tiwizi.reports import words
from tiwizi.reports.parts import Component, parts

AIT_SAADELLI = "05.301.03.03"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return store.rulebook("indh").on(date(2026, 11, 23))


def component(
    criterion: str, amount_dh: int, people: int | None = None, *, standing: str | None = None, assumed: bool = False
) -> Component:
    return Component(criterion, amount_dh, people, {"basic_services": amount_dh}, standing=standing, assumed=assumed)


def sentence(component: Component, rules: Rules, language: str) -> str:
    """The sentence with ordinary spaces, so that the table below can be read."""
    return words.component_sentence(component, rules, language).replace("\u00a0", " ").replace("\u202f", " ")


UNEMPLOYED = component("unemployment", 1_104_000, 2_310, standing="computed")
SENTENCES = [
    (UNEMPLOYED, "en", "1,104,000 DH because 2,310 unemployed people live here."),
    (UNEMPLOYED, "fr", "1 104 000 DH car 2 310 personnes y sont au chômage."),
    (UNEMPLOYED, "ar", "1.104.000 درهم لأن عدد العاطلين عن العمل هنا يبلغ 2.310."),
    (component("floor", 4_654), "en", "4,654 DH added to reach the floor."),
    (component("floor", 4_654), "fr", "4 654 DH ajoutés pour atteindre le plancher."),
    (component("floor", 4_654), "ar", "يضاف 4.654 درهم لبلوغ الحد الأدنى."),
    (component("floor", -4_654), "en", "4,654 DH taken away to lift the places below the floor."),
    (component("floor", -4_654), "fr", "4 654 DH retirés pour relever les territoires situés sous le plancher."),
    (component("floor", -4_654), "ar", "يقتطع 4.654 درهم لرفع الوحدات الترابية التي تقع دون الحد الأدنى."),
    (component("cap", -1), "en", "1 DH taken away because the cap of one place is reached."),
    (component("cap", 1), "en", "1 DH added from what exceeds the cap elsewhere."),
    (component("cap", -1), "fr", "1 DH retirés car le plafond par territoire est atteint."),
    (component("cap", -1), "ar", "يقتطع 1 درهم لبلوغ الحد الأقصى للوحدة الترابية الواحدة."),
    (component("hold_harmless", 7), "en", "7 DH added to keep the guaranteed part of last year's amount."),
    (component("hold_harmless", -7), "en", "7 DH taken away to guarantee other places a part of last year's amount."),
    (component("hold_harmless", 7), "fr", "7 DH ajoutés pour garder la part garantie du montant de l'an passé."),
    (component("hold_harmless", 7), "ar", "يضاف 7 درهم لحفظ الجزء المضمون من مبلغ السنة الماضية."),
    (component("rounding", 308), "en", "308 DH added by rounding."),
    (component("rounding", -212), "en", "212 DH taken away by rounding."),
    (component("rounding", -212), "fr", "212 DH retirés par l'arrondi."),
    (component("rounding", -212), "ar", "يقتطع 212 درهم بالتقريب."),
    (component("remoteness", 0, 0), "en", "0 DH for Remoteness: nobody is concerned here."),
    (component("remoteness", 0, 0), "fr", "0 DH pour « Éloignement » : personne n'est concerné ici."),
    (component("remoteness", 0, 0), "ar", "0 درهم عن معيار «البعد والعزلة»: لا أحد معني به هنا."),
    (
        component("remoteness", 0, 5),
        "en",
        "0 DH for Remoteness: it has no weight, or too few people are concerned here.",
    ),
]


@pytest.mark.parametrize(("component", "language", "expected"), SENTENCES)
def test_each_component_has_its_sentence(component: Component, language: str, expected: str, rules: Rules) -> None:
    assert sentence(component, rules, language) == expected


@pytest.mark.parametrize(
    ("standing", "assumed", "language", "mark"),
    [
        ("proxy", False, "en", "[proxy]"),
        ("proxy", True, "en", "[proxy, assumption]"),
        ("computed", True, "en", "[assumption]"),
        ("proxy", True, "fr", "[approché, hypothèse]"),
        ("proxy", True, "ar", "[رقم بديل، فرضية]"),
    ],
)
def test_what_stands_in_or_is_assumed_is_marked(standing: str, assumed: bool, language: str, mark: str, rules: Rules) -> None:
    component = replace(UNEMPLOYED, standing=standing, assumed=assumed)
    assert sentence(component, rules, language).endswith(f" {mark}.")
    # Each word of a mark is explained under the same name.
    for name in mark.strip("[]").replace("،", ",").split(", "):
        assert f"[{name}]" in words.marks_legend(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_published_bears_no_mark(language: str, rules: Rules) -> None:
    assert "[" not in sentence(UNEMPLOYED, rules, language)


@pytest.mark.parametrize(
    ("row", "language", "name"),
    [
        ({"place": "1", "name_ar": "خنيفرة", "name_fr": "Khénifra", "name_en": None}, "ar", "خنيفرة"),
        ({"place": "1", "name_ar": "خنيفرة", "name_fr": "Khénifra", "name_en": None}, "fr", "Khénifra"),
        ({"place": "1", "name_ar": "خنيفرة", "name_fr": "Khénifra", "name_en": None}, "en", "Khénifra"),
        ({"place": "1", "name_ar": "خنيفرة", "name_fr": "Khénifra", "name_en": "Khenifra"}, "en", "Khenifra"),
        ({"place": "1", "name_ar": "دوار", "name_fr": None, "name_en": None}, "fr", "دوار"),
        ({"place": "1", "name_ar": None, "name_fr": "Douar", "name_en": None}, "ar", "Douar"),
        ({"place": "1", "name_ar": None, "name_fr": None, "name_en": None}, "ar", "1"),
    ],
)
def test_a_place_is_named_in_the_reader_s_language_else_as_it_is_known(
    row: dict[str, str | None], language: str, name: str
) -> None:
    assert words.place_name(row, language) == name


def test_shares_under_one_in_a_hundred_keep_digits_that_say_something() -> None:
    assert words.fine_percent(0.155, "en") == "15.5%"
    assert words.fine_percent(0.0004, "en") == "0.040%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_go_from_the_largest_amount_down_and_leave_nothing_out(khenifra: Plan, language: str) -> None:
    part = parts(khenifra)[AIT_SAADELLI]
    amounts = [component.amount_dh for component in part.components]
    assert amounts == sorted(amounts, reverse=True)
    assert sum(amounts) == part.amount_dh
    reasons = words.reasons(khenifra, AIT_SAADELLI, language)
    assert reasons == [words.component_sentence(component, khenifra.rules, language) for component in part.components]


def test_a_paragraph_tells_the_whole_story_of_a_commune(khenifra: Plan) -> None:
    part = parts(khenifra)[AIT_SAADELLI]
    text = words.paragraph(khenifra, AIT_SAADELLI, "en").replace("\u00a0", " ")
    assert text.startswith(f"Ait Saadelli (2,629 people) receives {part.amount_dh:,} DH, {100 * part.share:.1f}% of the envelope")
    assert f"rank {part.rank} of 22." in text
    for component in part.components:
        if component.amount_dh:
            assert f"{abs(component.amount_dh):,} DH" in text
    assert "Nothing comes from: Remoteness." in text
    assert "nine times out of ten" in text
    assert words.main_reason(khenifra, AIT_SAADELLI, "en") == "Floor"


def test_a_stable_rank_is_said_as_one_number(khenifra: Plan) -> None:
    part = parts(khenifra)[AIT_SAADELLI]
    assert part.interval is not None
    moving = replace(part, interval=replace(part.interval, rank_low=20, rank_high=22))
    still = replace(part, interval=replace(part.interval, rank_low=22, rank_high=22))
    assert "its rank between 20 and 22." in words.body_of(moving, khenifra.rules, "en")
    assert "its rank is 22." in words.body_of(still, khenifra.rules, "en")


def test_a_place_where_nobody_was_counted_has_no_amount_a_head(khenifra: Plan) -> None:
    empty = replace(parts(khenifra)[AIT_SAADELLI], people=0, dh_per_head=None)
    text = words.paragraph_of(empty, khenifra.rules, "en", count=22)
    assert "a head" not in text
    assert text.startswith("Ait Saadelli receives")


def test_names_are_kept_apart_in_arabic_sentences(khenifra: Plan) -> None:
    assert "\u2068آيت سعدلي\u2069" in words.paragraph(khenifra, AIT_SAADELLI, "ar")
    assert "\u2068" not in words.paragraph(khenifra, AIT_SAADELLI, "fr")
