"""The drawings of this room: who gave what to whom, and the way of one matter, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from tiwizi.committees.models import Body
from tiwizi.committees.rules import competence
from tiwizi.core.errors import Sentence, say
from tiwizi.language import day, isolated, money, text
from tiwizi.reports.decision_path import Box, tree_svg, way_svg


def tree(rows: Sequence[Mapping[str, Any]], spoken: str) -> str:
    """The acts in force as a tree of SVG: each below the committee that gave it, else at its top."""
    boxes: list[Box] = []
    seen: set[str] = set()
    holders = {row["body"].code for row in rows}

    def below(giver: str | None, level: int) -> None:
        for row in rows:
            own = row["giver"].code if row["giver"] else None
            top = giver is None and (own is None or own not in holders)
            if row["row"].act in seen or not (top or (giver is not None and own == giver)):
                continue
            seen.add(row["row"].act)
            boxes.append(_act_box(row, level, spoken))
            below(row["body"].code, level + 1)

    below(None, 0)
    return tree_svg(boxes, spoken, title=text(say("Who gave what to whom"), spoken))


def _act_box(row: Mapping[str, Any], level: int, spoken: str) -> Box:
    one = row["row"]
    lines = [say("Act {act}, from {day}", act=one.act, day=one.since)]
    if one.ceiling_project_centimes is not None:
        lines.append(say("Ceiling a project: {amount}.", amount=one.ceiling_project_centimes))
    if one.ceiling_year_centimes is not None:
        lines.append(say("Ceiling a year: {amount}.", amount=one.ceiling_year_centimes))
    said = [text(line, spoken) for line in lines]
    return Box(row["body"].name(spoken), (*said, row["matters"], row["programmes"]), "decides", min(level, 6))


def way(
    asked: competence.Matter,
    found: competence.Competence,
    acts: Mapping[str, competence.Act],
    bodies: Mapping[str, Body],
    spoken: str,
) -> str:
    """The way of a matter: from the matter, through each committee asked in vain, up to who decides it."""
    heading = text(say("Matter {code}", code=isolated(str.__str__(asked.code))), spoken)
    boxes = [Box(heading, (money(asked.amount_centimes, spoken), day(asked.opened, spoken)))]
    for number, reasons in found.refused.items():
        boxes.append(_refused_box(acts[number], reasons, bodies, spoken))
    if found.act is not None:
        lines = [say("decides, under act {act}", act=found.act.number)]
        if found.left_year_centimes is not None:
            lines.append(say("left this year: {amount}", amount=found.left_year_centimes))
        said = tuple(text(line, spoken) for line in lines)
        boxes.append(Box(_name(found.act.body, bodies, spoken), said, "decides"))
    else:
        boxes.append(Box(text(say("Nobody is competent: nothing passes."), spoken), (), "nobody"))
    return way_svg(boxes, spoken, title=text(say("Way of the decision"), spoken))


def _refused_box(act: competence.Act, reasons: Sequence[Sentence], bodies: Mapping[str, Body], spoken: str) -> Box:
    said = [text(say("cannot decide it under act {act}:", act=act.number), spoken), *(text(one, spoken) for one in reasons)]
    return Box(_name(act.body, bodies, spoken), tuple(said), "passes")


def _name(code: str, bodies: Mapping[str, Body], spoken: str) -> str:
    body = bodies.get(str.__str__(code))
    return body.name(spoken) if body else str(code)
