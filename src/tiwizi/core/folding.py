"""Search keys and sort keys of the names of places and people, in Arabic, in French and in Latin transliteration.

A name has many spellings: with or without hamza, vowel marks and the article; `Zaouïa`, `Zaouia`, `Zawia`. `folded` gives
all of them the same key, stored beside the name, and what a person types is folded in the same way. The two scripts are
separate: an Arabic query finds the Arabic name, a Latin query the Latin one. A key is not meant to be read. Not handled:
chat spellings with digits (`3ayn`), long vowels written otherwise (`Ziani` for `Zayani`), typing errors.
"""

import re
from unicodedata import category, normalize

# Letter by letter, after Unicode has split off every mark; alef, waw and ya lose their hamza and madda there, as marks.
_LETTERS = str.maketrans(
    dict.fromkeys("ـءٴۥۦ۞۩", "")  # tatweel, the lone hamza and Quranic signs: left out in typing
    | dict.fromkeys("ٱٲٳ", "ا")  # the alefs that Unicode does not split
    | dict.fromkeys("ىیې", "ي")  # alef maqsura is typed as ya, and other keyboards have another ya
    | dict.fromkeys("ةۃەہھ", "ه")  # ta marbuta is typed as ha
    | dict.fromkeys("ڭگݣک", "ك")  # the g of Amazigh names, written several ways, lacks a key on most keyboards
    | {"پ": "ب", "ڤ": "ف", "ڨ": "ق", "چ": "ج", "ژ": "ز"}  # p, v, g, ch and zh, as plain keyboards write them
    | {"œ": "oe", "ɣ": "gh", "ɛ": ""}  # French; and the Amazigh ghayn and ayn, for which French writes gh and nothing
    | dict.fromkeys("’‘ʼʻʿʾ`′", "'")  # one apostrophe, whatever the keyboard or the transliteration
    | dict(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2, strict=True))
)

# The article, wherever two letters follow, so that `الم` stays whole. Not after و ف ب ك ل: names do not carry these
# prefixes, and `والماس` (Oulmès) is no article. A root in ال loses it too (`ألميس`), on both sides of the search alike.
_ARTICLE_AR = (re.compile(r"(?<!\w)(?:ال)+(?=\w\w)"), "")

# The order matters: a rule runs before those that remove what it looks for.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\w)(عبد|abd) ?(?:ال|[ae]?l)+(?=\w)"), r"\1"),  # عبد الله, عبدالله; Abd el Kader, Abdelkader, Abdallah
    _ARTICLE_AR,
    (re.compile(r"(?<!\w)l'(?=\w)"), ""),  # L'arbaa
    (re.compile("'"), ""),  # M'rirt, Is'haq
    (re.compile("s?ch"), "sh"),  # Cheikh, Sheikh
    (re.compile("dj"), "j"),  # Djebel, Jbel
    (re.compile("ph"), "f"),
    (re.compile("gu(?=[eiy])"), "g"),  # Aguelmous, Agelmous: French writes a u to keep the g hard
    (re.compile("c(?=[eiy])"), "s"),  # Lahcen, Lahsen
    (re.compile("[cq]"), "k"),  # Ishaq, Ishak; Souq, Souk
    (re.compile("y"), "i"),  # Aït, Ayt; Yahya, Yahia
    (re.compile(r"(?<!\w)(?:[ae]?l|[ae](sh|[tdrzsn])(?= \1)) (?=\w)"), ""),  # El, al; Es-Soufla, Er-Rich, Ech-Chaïbat
    (re.compile(r"(?<=[aeiou])h+(?!\w)"), ""),  # Settarah, Settara: the mute h of ta marbuta
    (re.compile("[ouw]+"), "w"),  # Ouaoumana, Waoumana; Moulay, Mulay: Arabic has one letter for them
    (re.compile("e"), ""),  # Ouled, Ould; Essaouira; trailing e: a vowel that Arabic does not write
    (re.compile(r"([a-z]|sh|kh|gh)\1+"), r"\1"),  # Hammou, Hamou; Saadelli, Sadelli
    (re.compile(r"(?<!\w)l(?=[bdfghjkmnpqrstvxz])"), ""),  # Lmechrek, Lehri: the article as it is spoken
)

# Words in their folded letters, each with the spelling that stands for all.
_WORDS = (
    dict.fromkeys(("awlad", "awld", "wld"), "wlad")  # Awlad, Ouled, Oulad
    | {"sid": "sidi", "mi": "mwlai", "mwli": "mwlai"}  # Sid Zouine; My Driss, Mouley
    | {"bin": "bn", "ibn": "bn", "wd": "wad"}  # Ben, Bin, Ibn; Oued, Ouad
    | {"zawiat": "zawia", "kasbat": "kasba", "زاويت": "زاويه"}  # the t of ta marbuta, heard before another noun
    | {"ولاد": "اولاد", "سيد": "سيدي", "ابن": "بن", "ابو": "بو", "و": "او"}  # as in Latin
)

# Words written now apart, now joined to the next: Ou Hammou, Ouhammou; Bou Azza, Bouazza; بن أحمد, بنأحمد.
_JOINED = re.compile(r"(?<!\w)(w|bw|bn|abd|او|بو|بن|عبد) (?=\w)")

_SHORT = 2  # letters: fewer than the three of a trigram, and part of nearly every name


def folded(name: str) -> str:
    """The search key of a name: lower-case words with one space between, the same for the usual spellings of that name.

    Folding a key again changes nothing. The key of text without letters or digits is empty. Tifinagh letters stay.
    """
    key, before = _plain(name), None
    while key != before:  # until nothing changes; it ends because each rule shortens the text or writes what no rule rewrites
        before = key
        for pattern, written in _SPELLINGS:
            key = pattern.sub(written, key)
        key = _JOINED.sub(r"\1", " ".join(_WORDS.get(word, word) for word in key.split()))
    return key


def matches(query: str, key: str) -> bool:
    """Whether a stored key holds every word of what a person typed, in any order; an empty query matches everything.

    `query` is as typed, `key` as `folded` gave it. A word matches anywhere in the key (`Hammou` in `ouhammou`); a word of
    one or two folded letters only at the start of a word (`Fès`). In SQL, for each word of `folded(query)`: key LIKE
    '%word%', or for a short one ' ' || key LIKE '% word%'; no folded word holds a wildcard of LIKE.
    """
    return all(word in key if len(word) > _SHORT else f" {word}" in f" {key}" for word in folded(query).split())


def sort_key(name: str, language: str) -> str:
    """Text that puts names in reading order when compared by code points.

    Arabic (`ar`): without article and marks, all forms of hamza under their letter, ta marbuta as ha. Any other language:
    without accents and apostrophes, the article kept, as official lists in French do. Numbers sort by value, up to eight
    digits. Names that differ only by what is left out share a key: sort by the name or the place's code next.
    """
    text = _plain(name).replace("'", "")
    if language == "ar":
        pattern, written = _ARTICLE_AR
        text = pattern.sub(written, text)
    return re.sub(r"[0-9]+", lambda digits: digits[0].zfill(8), text)


def _plain(name: str) -> str:
    """Words of bare lower-case letters, digits and apostrophes, one space between."""
    # Upper case first: a few letters (ı, ſ) have a capital that is another's. Twice decomposed: capitals compose anew.
    letters = normalize("NFKD", normalize("NFKD", name).upper().casefold())
    # Marks, and the unseen signs of direction and joining, which come along when names are pasted.
    bare = "".join(letter for letter in letters if category(letter) not in {"Mn", "Me", "Cf"}).translate(_LETTERS)
    return " ".join(re.sub(r"[^\w']|_", " ", bare).split())
