"""What a rulebook says of the territory: its levels, its census, where places and figures come from."""

from dataclasses import dataclass
from datetime import date

from tiwizi.core.rulebook.records import Label, Source


@dataclass(frozen=True)
class Level:
    """One level of the territory, from the country down; `committee` names the body that sits there, if one does.

    `beside` names a level of the same rank, where there are two: what a town has in place of what the country has.
    """

    code: str
    label: Label
    plural: Label
    committee: Label | None = None
    committee_code: str | None = None
    beside: str = ""


@dataclass(frozen=True)
class CensusDay:
    """A census: what it is called, the day of which it tells, who says so, and when that was last verified."""

    label: Label
    day: date
    source: Source
    checked: date


@dataclass(frozen=True)
class NameColumns:
    """The column of the tables that holds the name of a place as each language of the pages shows it."""

    ar: str
    fr: str
    en: str


@dataclass(frozen=True)
class Territory:
    """Where places and figures come from, and which level is what.

    `reader` names the module of sources/ that reads them; with `tables` they are the tables of that folder, beside this file.
    `series` and `source` are what figures from the census are filed under, `settlements` the level of the hamlets whose
    distances are measured (empty where there is none), `above`
    what lies right above a place that shares, in words; `time_zone` is that of its offices.
    """

    reader: str
    census: CensusDay
    earlier: CensusDay
    series: str
    source: str
    publisher: Label
    above: Label
    settlements: str = ""
    settlements_source: str = ""
    tables: str = ""
    names: NameColumns | None = None
    licence: str = ""
    time_zone: str = "UTC"
