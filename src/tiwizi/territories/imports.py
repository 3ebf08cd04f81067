"""Tables of places that people bring: previewed beside what is there, applied whole or not at all, undone while that is safe."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import ManyToOneRel
from django.utils import timezone

from tiwizi.core.errors import BadData, Problem, Refused, Sentence, packed, refuse, say, say_count, unpacked
from tiwizi.database import states
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record
from tiwizi.people.models import Account, Role
from tiwizi.sources.sheets import Sheet
from tiwizi.sources.uploads import Limits, rows_of, too_heavy
from tiwizi.territories import commands, queries, rules
from tiwizi.territories.models import Import, Place
from tiwizi.territories.titles import PLACES

WHOLE: Final = ("population", "households")
PIECE: Final = 500
CHARACTERS: Final = 20_000_000
"""Of all cells of a list of places, which is kept whole with its record: far above a list of all hamlets of a country."""
DEGREES: Final = ("lon", "lat")
CHANGED: Final = ("name_ar", "name_fr", "name_en", "milieu", "population", "households", "lon", "lat")


def preview(content: bytes, name: str, *, place: Place, account: Account, by: Actor, at: datetime) -> Import:
    """Keeps a table and what applying it would do; no place changes yet. Raises BadData for a file that cannot be read."""
    limits = Limits()
    sheet = rows_of(content, name, limits=limits)
    if sum(len(cell) for row in sheet.rows for cell in row if isinstance(cell, str)) > CHARACTERS:
        raise too_heavy(name, limits)
    header = PLACES.recognised(sheet.header)
    if "place" not in header:
        raise BadData(
            Problem(
                what=say("the column {column} is missing.", column="place"),
                where=[say("file {file}", file=name)],
                remedy=say(
                    "The columns are: {columns}. Export the list of places to have them as they must be.",
                    columns=", ".join(rules.COLUMNS),
                ),
            )
        )
    rows = [dict(zip(header, row, strict=True)) for row in sheet.rows]
    below = Place.objects.filter(position__gte=place.position, position__lte=place.last, until=None)
    known = {place.code: place for place in below}
    errors = _errors(rows, sheet.lines, known, on=timezone.localdate(at))
    with transaction.atomic():
        made: Import = Import.objects.create(
            place=place,
            position=place.position,
            name=name[:200],
            sha256=hashlib.sha256(content).hexdigest(),
            sheet={"header": list(sheet.header), "rows": sheet.rows, "lines": list(sheet.lines), "name": sheet.name},
            errors={str(line): [packed(sentence) for sentence in wrong] for line, wrong in errors.items()},
            differences=[] if errors else _differences(rows, known),
            status=Import.PREVIEW,
            by=account,
            at=at,
        )
        after = {"sha256": made.sha256, "rows": len(rows), "errors": len(errors)}
        record("preview import", made, by=by, at=at, place=place.code, after=after)
    return made


def _errors(rows: list[dict[str, str]], lines: Any, known: Mapping[str, Place], *, on: date) -> dict[int, list[Sentence]]:
    codes = {place.pk: code for code, place in known.items()}
    held = {code: rules.Known(place.level, codes.get(place.parent_id or 0, "")) for code, place in known.items()}
    new = {code: row.get("level", "").strip() for row in rows if (code := row["place"].strip()) not in held}
    taken = queries.taken(new, on=on)
    errors: dict[int, list[Sentence]] = {}
    seen: set[str] = set()
    for line, row in zip(lines, rows, strict=True):
        wrong = rules.row_errors(row, known=held, new=new, taken=taken, seen=seen)
        if wrong:
            errors[line] = wrong
        seen.add(row["place"].strip())
    return errors


def _differences(rows: list[dict[str, str]], known: Mapping[str, Place]) -> list[dict[str, Any]]:
    """What applying would do, one item a place that is made or changed; a column that the table lacks changes nothing."""
    differences: list[dict[str, Any]] = []
    for row in rows:
        code = row["place"].strip()
        after: dict[str, Any] = {field: _value(field, row[field]) for field in CHANGED if field in row}
        place = known.get(code)
        if place is None:
            after |= {"level": row["level"].strip(), "parent": row["parent"].strip()}
            differences.append({"code": code, "before": None, "after": after})
            continue
        before = {field: getattr(place, field) for field in after}
        fields = [field for field in after if after[field] != before[field]]
        if fields:
            differences.append(
                {
                    "code": code,
                    "before": {field: before[field] for field in fields},
                    "after": {field: after[field] for field in fields},
                }
            )
    return differences


def _value(field: str, text: str) -> Any:
    text = text.strip()
    if field in WHOLE:
        return int(text) if text else None
    if field in DEGREES:
        return float(text) if text else None
    return text


def apply(upload: Import, *, by: Actor, on: date, at: datetime) -> None:
    """Makes and changes all that the preview showed, or nothing. Raises Refused where it was settled meanwhile, or has errors."""
    with states.held(upload, lambda live: rules.why_not_settle(live.status)) as live:
        refuse(rules.why_not_apply(status=live.status, errors=len(upload.errors), changes=len(upload.differences)))
        Import.objects.filter(pk=upload.pk).update(status=Import.APPLIED, settled_at=at)
        known = {place.code: place for place in _below(upload)}
        _unchanged_since(upload, known, on=on)
        _apply(upload.differences, known, on=on, source=f"import {upload.pk}")
        _record("apply import", upload, by=by, at=at, count=len(upload.differences))


def _apply(items: Sequence[Mapping[str, Any]], known: dict[str, Place], *, on: date, source: str) -> None:
    slots = commands.slots_taken(known)
    fresh, changed = [], []
    for item in sorted(items, key=_depth):
        code, after = item["code"], item["after"]
        if item["before"] is not None:
            commands.set_facts(known[code], _facts(known[code]) | after)
            changed.append(known[code])
            continue
        above = after["parent"]
        slots[above] = slots.get(above, 0) + 1
        known[code] = commands.made({"place": code, "since": on, **after}, known[above], slots[above], source)
        fresh.append(known[code])
    commands.keep(fresh, changed)


def undo(upload: Import, *, by: Actor, at: datetime) -> None:
    """Takes back what an applied import did. Raises Refused where its places were changed since or something stands on them."""
    with states.held(upload, lambda live: rules.why_not_take_back(live.status)) as live:
        known = {place.code: place for place in _below(upload)}
        made = [known[item["code"]] for item in upload.differences if item["before"] is None and item["code"] in known]
        changed = sum(1 for item in upload.differences if not _as_applied(item, known))
        standing = len(_standing(made))
        refuse(rules.why_not_undo(status=live.status, changed_since=changed, standing=standing, newer=_newer(live)))
        Import.objects.filter(pk=upload.pk).update(status=Import.UNDONE, settled_at=at)
        back = [(known[item["code"]], item["before"]) for item in upload.differences if item["before"] is not None]
        for place, before in back:
            commands.set_facts(place, _facts(place) | before)
        commands.keep([], [place for place, _before in back])
        # From the bottom up: a place does not go while others lie below it.
        ranks = rules.ranks()
        for rank in sorted({ranks[place.level] for place in made}, reverse=True):
            for some in _pieces([place.pk for place in made if ranks[place.level] == rank]):
                Place.objects.filter(pk__in=some).delete()
        _record("undo import", upload, by=by, at=at, count=len(upload.differences))


def _facts(place: Place) -> dict[str, Any]:
    return {field: getattr(place, field) for field in CHANGED}


def _newer(upload: Import) -> int:
    """How many of its places an import that was applied later concerns too."""
    own = {item["code"] for item in upload.differences}
    later = Import.objects.filter(status=Import.APPLIED, settled_at__gt=upload.settled_at) if upload.settled_at else []
    return len(own & {item["code"] for other in later for item in other.differences})


def drop(upload: Import, *, by: Actor, at: datetime) -> None:
    """Puts a preview away; nothing else changes. Raises Refused where it was settled meanwhile."""
    with states.held(upload, lambda live: rules.why_not_settle(live.status)):
        Import.objects.filter(pk=upload.pk).update(status=Import.DROPPED, settled_at=at)
        _record("drop import", upload, by=by, at=at, count=0)


def sheet_of(upload: Import) -> Sheet:
    """The table as it was sent."""
    stored = upload.sheet
    return Sheet(tuple(stored["header"]), tuple(tuple(row) for row in stored["rows"]), tuple(stored["lines"]), stored["name"])


def errors_of(upload: Import) -> dict[int, list[Sentence]]:
    """What is wrong, by the number of the row in the file."""
    return {int(line): [unpacked(sentence) for sentence in wrong] for line, wrong in upload.errors.items()}


def _below(upload: Import) -> Any:
    seat = upload.place
    return Place.objects.select_for_update().filter(position__gte=seat.position, position__lte=seat.last, until=None)


def _depth(item: Mapping[str, Any]) -> int:
    """New places from the top down, so that the one above is there first; changes after them."""
    level = item["after"].get("level", "") if item["before"] is None else ""
    levels = list(rules.ranks())
    return levels.index(level) if level else len(levels)


def _unchanged_since(upload: Import, known: Mapping[str, Place], *, on: date) -> None:
    fresh = {item["code"] for item in upload.differences if item["before"] is None}
    taken = queries.taken(fresh, on=on)
    stale = [item["code"] for item in upload.differences if _stale(item, known, fresh=fresh, taken=taken)]
    if stale:
        raise Refused(
            Problem(
                what=say_count(
                    "{count} place was changed since this preview: {code}.",
                    "{count} places were changed since this preview, {code} among them.",
                    count=len(stale),
                    code=stale[0],
                ),
                remedy=say("Send the file again: the new preview shows what it would change now."),
            )
        )


def _stale(item: Mapping[str, Any], known: Mapping[str, Place], *, fresh: set[str], taken: set[str]) -> bool:
    place = known.get(item["code"])
    if item["before"] is None:
        above = item["after"]["parent"]
        return place is not None or item["code"] in taken or (above not in known and above not in fresh)
    return place is None or any(getattr(place, field) != value for field, value in item["before"].items())


def _as_applied(item: Mapping[str, Any], known: Mapping[str, Place]) -> bool:
    place = known.get(item["code"])
    if place is None:
        return False
    return all(getattr(place, field) == value for field, value in item["after"].items() if field in CHANGED)


def _standing(made: Sequence[Place]) -> set[int]:
    """Those of these places that other places, roles in force or rows of any table name."""
    brought = {place.pk: place.code for place in made}
    places: set[int] = set()
    for some in _pieces(list(brought)):
        codes = {brought[pk]: pk for pk in some}
        places |= {codes[code] for code in Role.objects.filter(place__in=codes, until=None).values_list("place", flat=True)}
        for model, name in _pointing():
            references = model.objects.filter(**{f"{name}__in": some}).order_by().values_list("pk", f"{name}_id")
            places |= {place for row, place in references if not (model is Place and row in brought)}
    return places


def _pointing() -> list[tuple[Any, str]]:
    """Every model with a foreign key to a place, and the key's name; also the keys that have no way back."""
    every = Place._meta.get_fields(include_hidden=True)  # Django's documented way
    return [(relation.related_model, relation.field.name) for relation in every if isinstance(relation, ManyToOneRel)]


def _pieces(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """So few at a time that every database takes them in one question."""
    for start in range(0, len(numbers), PIECE):
        yield numbers[start : start + PIECE]


def _record(command: str, upload: Import, *, by: Actor, at: datetime, count: int) -> None:
    record(command, upload, by=by, at=at, place=upload.place.code, after={"places": count, "sha256": upload.sha256})
