"""The tables for readers: what each place gets, and every component with its sentence."""

from functools import lru_cache
from typing import Final

import polars as pl

from tiwizi.language import FIRST_STRONG_ISOLATE, LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE
from tiwizi.plan import Plan
from tiwizi.reports.parts import Part, parts
from tiwizi.reports.words import component_sentence, criterion_label, main_reason_of, place_name

_ISOLATES: Final = str.maketrans("", "", FIRST_STRONG_ISOLATE + LEFT_TO_RIGHT_ISOLATE + POP_ISOLATE)


def without_isolates(text: str) -> str:
    """The text without direction marks, which a spreadsheet cell would keep as characters."""
    return text.translate(_ISOLATES)


@lru_cache(maxsize=4)
def summary(plan: Plan, language: str) -> pl.DataFrame:
    """One row per recipient, from the largest amount down.

    Columns: place (code), name, parent (name of the place right above), population, amount_dh, dh_per_head (unrounded,
    empty where nobody was counted), share (of the envelope, from 0 to 1), rank (1 for the largest amount), main_reason,
    then one column per sub-programme, `amount_<programme>_dh`.
    """
    rows = [_summary_row(part, plan, language) for part in parts(plan).values()]
    return pl.DataFrame(rows, schema_overrides={"population": pl.Int64, "dh_per_head": pl.Float64}, infer_schema_length=None)


@lru_cache(maxsize=4)
def explained(plan: Plan, language: str) -> pl.DataFrame:
    """One row per place and component, places from the largest amount down, then components likewise.

    Columns: place, name, criterion (its code), label (its name), amount_dh over all programmes, people concerned (empty for
    a bound or rounding), sentence, standing and assumed (of the figure behind the people), then one column per
    sub-programme. The sum of amount_dh is the envelope.
    """
    rows = [
        {
            "place": part.place,
            "name": place_name(part.row, language),
            "criterion": component.criterion,
            "label": criterion_label(component.criterion, plan.rules, language),
            "amount_dh": component.amount_dh,
            "people": component.people,
            "sentence": without_isolates(component_sentence(component, plan.rules, language)),
            "standing": component.standing,
            "assumed": component.assumed,
            **{column(code): component.by_programme.get(code, 0) for code in plan.sub_envelopes},
        }
        for part in parts(plan).values()
        for component in part.components
    ]
    return pl.DataFrame(rows, schema_overrides={"people": pl.Int64, "standing": pl.String}, infer_schema_length=None)


def column(programme: str) -> str:
    """The column of a sub-programme's amounts."""
    return f"amount_{programme}_dh"


def _summary_row(part: Part, plan: Plan, language: str) -> dict[str, object]:
    return {
        "place": part.place,
        "name": place_name(part.row, language),
        "parent": place_name(part.parent, language) if part.parent else None,
        "population": part.people,
        "amount_dh": part.amount_dh,
        "dh_per_head": part.dh_per_head,
        "share": part.share,
        "rank": part.rank,
        "main_reason": without_isolates(main_reason_of(part, plan.rules, language)),
        **{column(code): part.by_programme[code] for code in plan.sub_envelopes},
    }
