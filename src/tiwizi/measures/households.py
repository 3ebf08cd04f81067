"""Uploaded files of households: their columns mapped once to the rulebook's answers, checked, stored as a table of runs.
Answers of households are personal data: only the columns that the measures read are stored, and no page shows a row of them.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, Sentence, mark, rows_sentence, say, say_count
from tiwizi.core.folding import folded
from tiwizi.core.poverty.deprivation import answers, unanswered, without
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.territories.rules import unit

ROLES: Final[Mapping[str, str]] = {
    "place": mark("Code of the place"),
    "people": mark("People of the household"),
    "weight": mark("Sampling weight"),
    "stratum": mark("Stratum"),
    "psu": mark("Primary sampling unit"),
    "household": mark("Number of the household"),
}
NEEDED: Final = ("place", "people")
AS_OF: Final = "as_of"
SYNTHETIC: Final = "synthetic"
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("household size", "hhsize", "size", "taille", "members"),
    "weight": ("poids", "hhweight", "wgt", "w"),
    "stratum": ("strata", "strate"),
    "psu": ("cluster", "grappe", "ups", "district"),
    "household": ("hhid", "id menage", "menage"),
}


def _unit() -> tuple[str, ...]:
    """What the column of the place is called beside its own name: by the level that shares."""
    return (unit(), f"code {unit()}", unit()[:3])


@dataclass(frozen=True)
class MappedFile:
    """A mapped file: its rows, the indicators it cannot judge, and the number of unlisted answers."""

    frame: pl.DataFrame
    lacking: Mapping[str, tuple[str, ...]]
    unlisted: Mapping[str, int]


def suggested(columns: Sequence[str], rules: Deprivations) -> dict[str, str]:
    """Our name to the file's column, where the two names match without regard to case, accents and punctuation."""
    theirs = {_plain(column): column for column in reversed(columns)}
    wanted = {
        **{role: (role, *_ALSO.get(role, _unit())) for role in ROLES},
        **{answer.column: (answer.column,) for answer in rules.answers},
    }
    guesses: dict[str, str] = {}
    for ours, names in wanted.items():
        column = next((theirs[_plain(name)] for name in names if _plain(name) in theirs), None)
        if column is not None and column not in guesses.values():
            guesses[ours] = column
    return guesses


def _plain(name: str) -> str:
    return folded(name.replace("_", " ").replace("-", " ").replace(".", " ")).replace(" ", "")


def mapped(
    frame: pl.DataFrame,
    *,
    mapping: Mapping[str, str],
    rules: Deprivations,
    known: Sequence[str],
    as_of: date,
    synthetic: bool = False,
) -> MappedFile:
    """The columns that the measures read, under the rulebook's names, with the day that the answers describe.

    Raises BadData with every problem: a role without a column, one column for two answers, an unknown place, people or weights
    that are missing or negative, a unit in two strata, answers of another kind, no indicator that can be judged.
    """
    named_columns = {ours: theirs for ours, theirs in mapping.items() if theirs}
    problems = mapping_wrong(frame.columns, named_columns)
    if problems:
        raise BadData(problems)
    table = frame.select(pl.col(theirs).alias(ours) for ours, theirs in named_columns.items())
    codes = [name for name in ("place", "stratum", "psu") if name in table.columns]
    table = table.with_columns(pl.col(name).cast(pl.String).str.strip_chars() for name in codes)
    problems = [*_rows_wrong(table, known), *_strata_wrong(table)]
    lacking = unanswered(rules, table.columns)
    if len(lacking) == len(rules.indicators):
        problems.append(nothing_judged())
    if problems:
        raise BadData(problems)
    numbered = [
        answer.column for answer in rules.answers if answer.kind == "number" and table.schema.get(answer.column) == pl.String
    ]
    table = table.with_columns(pl.col(name).str.strip_chars().cast(pl.Float64, strict=False) for name in numbered)
    answers(table, rules=without(rules, lacking))
    unlisted = {
        answer.column: table.filter(pl.col(answer.column).is_not_null() & ~pl.col(answer.column).is_in(list(answer.among))).height
        for answer in rules.answers
        if answer.among and answer.column in table.columns
    }
    made = table.with_columns(pl.lit(as_of).alias(AS_OF), pl.lit(synthetic).alias(SYNTHETIC))
    return MappedFile(made, lacking, {column: count for column, count in unlisted.items() if count})


def nothing_judged() -> Problem:
    """The problem of a file without any answer that the rulebook reads."""
    return Problem(
        what=say("the file holds no answer that the rulebook judges."), remedy=say("Say which columns hold the answers.")
    )


def mapping_wrong(columns: Sequence[str], named_columns: Mapping[str, str]) -> list[Problem]:
    """Every problem of a mapping (our name to the file's column) on a file with these columns."""
    problems = [
        Problem(
            what=say("no column was chosen for: {role}.", role=Sentence(ROLES[role])),
            remedy=say("Choose the column that holds it."),
        )
        for role in NEEDED
        if role not in named_columns
    ]
    problems += [
        Problem(what=say("there is no column {column}.", column=theirs), remedy=say("Choose among the file's columns."))
        for theirs in named_columns.values()
        if theirs not in columns
    ]
    twice = sorted({theirs for theirs in named_columns.values() if list(named_columns.values()).count(theirs) > 1})
    problems += [
        Problem(what=say("the column {column} was chosen for two things.", column=column), remedy=say("Choose one of them."))
        for column in twice
    ]
    return problems


def _rows_wrong(table: pl.DataFrame, known: Sequence[str]) -> list[Problem]:
    problems = []
    strange = (~table["place"].is_in(list(known)).fill_null(value=False)).arg_true().to_list()
    if strange:
        problems.append(
            Problem(
                what=say("no place has the code {code}.", code=repr(table["place"][strange[0]])),
                where=[say("column {column}", column="place"), rows_sentence(strange)],
                remedy=say("Write the codes of the office's places; rows of other places are taken out."),
            )
        )
    for name in ("people", "weight"):
        if name in table.columns:
            numbers = table[name].cast(pl.Float64, strict=False)
            rows = (
                (
                    ~(numbers >= 0).fill_null(value=False)
                    | numbers.is_nan().fill_null(value=True)
                    | numbers.is_infinite().fill_null(value=True)
                )
                .arg_true()
                .to_list()
            )
            if rows:
                problems.append(
                    Problem(
                        what=say("{value} is missing, negative or no number.", value=repr(table[name][rows[0]])),
                        where=[say("column {column}", column=name), rows_sentence(rows)],
                        why=say("Such a row would stand for nobody, or for less than nobody."),
                        remedy=say("Correct these rows in the file, or take them out."),
                    )
                )
    return problems


def _strata_wrong(table: pl.DataFrame) -> list[Problem]:
    if not {"stratum", "psu"} <= set(table.columns):
        return []
    crossing = table.group_by("psu").agg(pl.col("stratum").n_unique()).filter(pl.col("stratum") > 1)["psu"].sort().to_list()
    if not crossing:
        return []
    return [
        Problem(
            what=say_count(
                "{count} primary sampling unit stands in two strata.",
                "{count} primary sampling units stand in two strata.",
                count=len(crossing),
            ),
            where=[say("column {column}", column="psu"), say("for instance {values}", values=", ".join(map(str, crossing[:3])))],
            remedy=say("Number the units so that each number stands in one stratum, for instance stratum and unit joined."),
        )
    ]


def as_of(content: bytes) -> date:
    """The day that a stored table of households describes."""
    day = pl.scan_parquet(io.BytesIO(content)).select(pl.col(AS_OF).max()).collect()[AS_OF][0]
    if not isinstance(day, date):
        raise Refused(Problem(what=say("this table of households has no day.")))
    return day
