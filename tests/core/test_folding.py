"""Names to search keys: what people type finds the place they mean, and only that one; and lists in reading order."""

import unicodedata
from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiwizi.core.folding import folded, matches, sort_key
from tiwizi.sources import hcp_douars, morocco

KHENIFRA = "05.301"

# Each commune of Khénifra by its code, and spellings in which people may look for it.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "05.301.01.01": ("Khénifra", "Khnifra", "KHENIFRAH", "خنيفره", "خنيفرة", "خُنَيْفِرَة", "خـنـيـفـرة"),
    "05.301.01.05": ("Mrirt", "M’rirt", "Mrirte", "m'rirt", "مريرت", "مْريرت"),
    "05.301.03.01": ("Ait Is'haq", "Aït Ishaq", "Ayt Ishak", "Ait-Ishaq", "ايت اسحاق", "أيت إسحاق", "آيت اسحاق", "إسحاق"),
    "05.301.03.03": ("Ait Sadelli", "Ayt Saadeli", "aït saâdelli", "ايت سعدلى", "أيت سعدلي"),
    "05.301.03.05": ("Kbab", "El Kebab", "Al Kbab", "Lkbab", "Elkbab", "القباب", "قباب", "الـقـبـاب"),
    "05.301.03.07": ("Kerouchen", "Krouchen", "Kerrouchene", "Kerroushen", "كروشن", "كرّوشن"),
    "05.301.03.09": ("Ouaoumana", "Waoumana", "Ouawmana", "Waw Mana", "Ouaoumanah", "واو مانه", "واو مانة", "وَاو مَانَة"),
    "05.301.03.11": (
        "Sidi Yahia Ou Saad",
        "Sid Yahya u Saad",
        "Yahya Ousaad",
        "سيدي يحيي اوساعد",
        "سيدي يحيى أو ساعد",
        "يحيى ساعد",
    ),
    "05.301.03.13": ("Tighassaline", "Tighasalin", "تيغسالين", "تيغسَالين"),
    "05.301.05.01": ("Aguelmam Azegza", "Agelmam Azgza", "Aguelmame", "اكلمام ازكزا", "أگلمام أزگزا", "أݣلمام", "أڭلمام"),
    "05.301.05.05": ("El Borj", "Borj", "Al Bourj", "Bordj", "البرج", "برج", "ٱلبرج"),
    "05.301.05.11": ("Lehri", "Lhri", "El Hri", "L'hri", "El Herri", "لهري", "الهري", "لهرى"),
    "05.301.05.13": (
        "Moha ou Hamou Zayani",
        "Moha Ouhammou",
        "Moha u Hammu Zaiani",
        "Moha Hammou",
        "موحى اوحمو",
        "موحى أو حمو الزياني",
    ),
    "05.301.05.21": ("Sidi Amar", "Sid Amar", "SIDI AAMAR", "سيدي عمرو", "سيدى عمرو"),
    "05.301.05.25": ("Sidi Lamine", "Sidi Lamin", "Sid Lamine", "سيدي لامين", "لامين"),
    "05.301.07.03": ("Aguelmous", "Agelmous", "Aguelmouss", "Agelmus", "اكلموس", "أگلموس", "أݣلموس"),
    "05.301.07.07": ("Hammam", "El Hamam", "Al-Hammam", "Lhammam", "الحمام", "حمام", "الحمّام"),
    "05.301.07.09": ("Had Bouhsoussen", "Had Bou Hssoussen", "Bouhssoussene", "احد بوحسوسن", "أحد بو حسوسن", "بوحسوسن"),
    "05.301.07.15": ("Moulay Bouaza", "Mulay Bou Azza", "My Bouazza", "Mouley Bouazzah", "مولاي بوعزه", "مولاى بو عزة"),
    "05.301.07.17": ("Oum Rabia", "Oum Er-Rabia", "Oum Errabia", "Um Rabia", "ام الربيع", "أم ربيع", "أمّ الرّبيع"),
    "05.301.07.19": ("Sebt Ayt Rahou", "Sebt Aït Rahhou", "Sebt Ait Rahu", "سبت ايت رحو", "سبت أيت رحّو"),
    "05.301.07.23": ("Sidi Hcine", "Sidi Hsine", "Sid Hcein", "Sidi Hsein", "سيدي حسين", "سيدى حُسين"),
}

# Letters of which the rules speak, close together, so that they meet more often than in text at large.
crowded = st.text("aeilouwyhgcqksdjtbpnrmzœɣɛ 'ʼ-ابنلوعديهسزت ءأإآٱىئؤةـگ٣3ⵣ\u0651\u0654\u0301", max_size=24)
anything = st.one_of(st.text(), crowded)


@pytest.fixture(scope="module")
def communes() -> pl.DataFrame:
    """The 1,503 communes."""
    return morocco.places().filter(pl.col("level") == "commune")


def matching(query: str, places: pl.DataFrame) -> set[str]:
    """Codes of the places whose Arabic or French name the query finds."""
    names = places.select("place", "name_ar", "name_fr").rows()
    return {code for code, *spellings in names if any(matches(query, folded(name)) for name in spellings if name)}


def collisions(names: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Names that differ and yet share a key, by group; the group is the first of each pair."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group, name in names:
        groups[group, folded(name)].add(name)
    return {key: sorted(spellings) for (_, key), spellings in groups.items() if len(spellings) > 1}


# --- examples --------------------------------------------------------------------------------------------------------


def test_spellings_are_given_for_every_commune_of_khenifra(communes: pl.DataFrame) -> None:
    here = communes.filter(pl.col("place").str.starts_with(f"{KHENIFRA}."))["place"].to_list()
    assert sorted(here) == sorted(SPELLINGS)
    assert len(here) == 22


@pytest.mark.parametrize(("place", "query"), [(place, query) for place, queries in SPELLINGS.items() for query in queries])
def test_a_spelling_finds_its_commune_and_no_other_of_khenifra(place: str, query: str, communes: pl.DataFrame) -> None:
    assert matching(query, communes.filter(pl.col("place").str.starts_with(f"{KHENIFRA}."))) == {place}


@pytest.mark.parametrize("language", ["name_ar", "name_fr"])
def test_every_commune_is_found_by_its_own_name(language: str, communes: pl.DataFrame) -> None:
    names = communes[language].to_list()
    assert len(names) == 1503
    assert [name for name in names if not folded(name) or not matches(name, folded(name))] == []


@pytest.mark.parametrize("language", ["name_ar", "name_fr"])
def test_in_khenifra_a_name_finds_one_commune(language: str, communes: pl.DataFrame) -> None:
    here = communes.filter(pl.col("place").str.starts_with(f"{KHENIFRA}."))
    assert {name: matching(name, here) for name in here[language]} == {
        name: {code} for code, name in here.select("place", language).rows()
    }


def test_a_name_of_elsewhere_finds_nothing_in_khenifra(communes: pl.DataFrame) -> None:
    here = communes.filter(pl.col("place").str.starts_with(f"{KHENIFRA}."))
    for query in ("El Ksiba", "القصيبة", "Fès", "فاس", "Oulmès", "والماس", "Casablanca", "Ait Ourir", "Sidi Ali", "ⵅⵏⵉⴼⵔⴰ"):
        assert matching(query, here) == set(), query


@pytest.mark.parametrize("query", ["El Ksiba", "ksiba", "Leksiba", "القصيبة", "قصيبه"])
def test_el_ksiba_is_found_where_it_is(query: str, communes: pl.DataFrame) -> None:
    ksiba = communes.filter(pl.col("name_fr") == "El Ksiba")["place"].to_list()
    assert ksiba
    assert set(ksiba) <= matching(query, communes)


def test_douars_are_found_however_their_g_and_hamza_are_written() -> None:
    douars = hcp_douars.douars(KHENIFRA)
    by_name = {name: code for code, name in douars.select("place", "name_ar").rows()}
    for name, query in (("إيݣوران", "ايكوران"), ("إݣرومن", "اگرومن"), ("أروݣو", "اروڭو"), ("عين عائشة", "عين عايشه")):
        assert by_name[name] in matching(query, douars), query
    numbered = by_name["تابدوت 2"]
    assert numbered in matching("تابدوت ٢", douars)
    assert numbered not in matching("تابدوت ١", douars)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("Es-Soufla", "Soufla"),
        ("Ech-Chaïbat", "Chaibat"),
        ("Er-Rich", "Errich"),
        ("Ed-Dakhla", "Dakhla"),
        ("L'Arbaa", "Arbaa"),
        ("Lmechrek", "El Mechrek"),
        ("Oulad Teima", "Awlad Teyma"),
        ("Ouled Ayad", "Oulad Ayyad"),
        ("Sid Zouine", "Sidi Zwin"),
        ("Cheikh", "Sheikh"),
        ("Djebel", "Jbel"),
        ("Mustapha", "Moustafa"),
        ("Souk Sebt", "Souq Sebt"),
        ("Abd El Kader", "Abdelkader"),
        ("Abdallah", "Abd Ellah"),
        ("Ben Ahmed", "Ibn Ahmed"),
        ("عبد الله", "عبدالله"),
        ("ابن أحمد", "بن احمد"),
        ("ﷲ", "الله"),
        ("رأس الماء", "راس الما"),
        ("مسئول", "مسيول"),
        ("مؤمن", "مومن"),
    ],
)
def test_two_spellings_have_one_key(first: str, other: str) -> None:
    assert folded(first) == folded(other) != ""


def test_the_article_goes_only_where_a_word_remains() -> None:
    assert folded("البرج") == "برج"
    assert folded("الم") == "الم"
    assert folded("ال") == "ال"
    assert folded("والماس") == "والماس"
    assert folded("El") == "l"


def test_tifinagh_stays() -> None:
    assert folded("ⵅⵏⵉⴼⵔⴰ") == "ⵅⵏⵉⴼⵔⴰ"


def test_a_query_asks_for_every_word_in_any_order_and_short_ones_at_the_start_of_a_word() -> None:
    key = folded("Moha Ou Hammou Zayani")
    assert matches("zayani moha", key)
    assert matches("hammou", key)
    assert not matches("moha rahou", key)
    assert matches("Fès", folded("Fès-Médina"))
    assert not matches("Fès", folded("Tafessasset"))
    assert matches(" - ", key)


def test_arabic_names_sort_by_letter_without_article_and_hamza() -> None:
    names = ["خنيفرة", "الحمام", "أكلموس", "آيت إسحاق", "البرج", "تابدوت 10", "تابدوت 2", "واو مانة", "هرموش", "إزروال"]
    expected = ["إزروال", "أكلموس", "آيت إسحاق", "البرج", "تابدوت 2", "تابدوت 10", "الحمام", "خنيفرة", "هرموش", "واو مانة"]
    assert sorted(names, key=lambda name: sort_key(name, "ar")) == expected


def test_french_names_sort_without_accents_and_with_their_article() -> None:
    names = ["Zaïda", "Méchouar", "El Kbab", "M'rirt", "Mechra", "Échemmaia", "Aïn 10", "Ain 9"]
    expected = ["Ain 9", "Aïn 10", "Échemmaia", "El Kbab", "Méchouar", "Mechra", "M'rirt", "Zaïda"]
    assert sorted(names, key=lambda name: sort_key(name, "fr")) == expected


# --- how much folding costs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["name_ar", "name_fr"])
def test_no_two_names_of_one_province_share_a_key(language: str, communes: pl.DataFrame) -> None:
    province = pl.col("place").str.split(".").list.head(2).list.join(".")
    names = communes.select(province, language).rows()
    assert len({group for group, _ in names}) == 75
    assert collisions(names) == {}


def test_across_the_country_two_arabic_and_nine_french_keys_are_shared(communes: pl.DataFrame) -> None:
    assert sorted(collisions([("", name) for name in communes["name_ar"]]).values()) == [
        ["سيدي العابد", "سيدي عابد"],
        ["عين البيضاء", "عين بيضاء"],
    ]
    assert sorted(collisions([("", name) for name in communes["name_fr"]]).values()) == [
        ["Ain Beida", "Ain Bida"],
        ["Assais", "Assaisse"],
        ["Lamhara", "Lamharra"],
        ["Majjat", "Majjate"],
        ["Oulad Aamer", "Oulad Amer"],
        ["Oulad Ayyad", "Ouled Ayad"],
        ["Ouled H'cine", "Ouled Hcine"],
        ["Sidi Abed", "Sidi El Abed"],
        ["Sidi Ghanem", "Sidi Ghaneme"],
    ]


# --- laws ------------------------------------------------------------------------------------------------------------


@given(anything)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(anything)
def test_a_key_is_words_with_one_space_between_and_no_wildcard(text: str) -> None:
    key = folded(text)
    assert key == " ".join(key.split())
    assert not set(key) & set("%_'\"\\")


@given(anything, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_unicode_form_does_not_matter(text: str, form: str) -> None:
    again = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert folded(again) == folded(text)
    assert sort_key(again, "ar") == sort_key(text, "ar")


@given(anything)
def test_case_does_not_matter(text: str) -> None:
    assert {folded(text.upper()), folded(text.lower()), folded(text.casefold())} == {folded(text)}


@given(anything, st.sampled_from("ـ\u064b\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0670\u06d6\u06e1\u200f\u2067"), st.data())
def test_harakat_tatweel_and_direction_marks_do_not_matter(text: str, mark: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    marked = text[:at] + mark + text[at:]
    assert folded(marked) == folded(text)
    assert sort_key(marked, "ar") == sort_key(text, "ar")


@given(anything)
def test_a_name_is_found_by_itself_and_by_each_word_of_its_key(text: str) -> None:
    key = folded(text)
    assert matches(text, key)
    assert [word for word in key.split() if not matches(word, key)] == []


@given(st.text(st.characters()), st.sampled_from(["ar", "fr", "en", "zgh", ""]))
def test_any_text_has_keys(text: str, language: str) -> None:
    assert isinstance(folded(text), str)
    assert isinstance(sort_key(text, language), str)


@given(st.text("ـءَّْ'’-_%.،؟!?\"\\\u200f\t\n ", max_size=8))
def test_text_without_letters_asks_for_nothing(text: str) -> None:
    assert folded(text) == ""
    assert matches(text, folded("Khénifra"))
