"""Opening envelopes, drafting and changing scenarios, adopting one: each one transaction and one entry in the journal."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction

from tiwizi.budgets import queries, rules
from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
from tiwizi.core.errors import Problem, Refused, Sentence, say
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.measures.models import Run
from tiwizi.measures.rules import DONE
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

NUMBERS = ("weights", "floor_share", "cap_share", "hold_harmless_share")


def open_envelope(
    *, place: Place, year: int, title: str, amount_dh: int, account: Account, by: Actor, at: datetime, step_dh: int = 1
) -> Envelope:
    """An envelope to share below a place. Raises Refused with every reason."""
    taken = Envelope.objects.filter(place=place, year=year, title=title.strip()).exists()
    _refuse(rules.why_not_open(title=title, amount_dh=amount_dh, year=year, taken=taken, step_dh=step_dh))
    with transaction.atomic():
        envelope = Envelope(
            place=place,
            place_code=place.code,
            position=place.position,
            year=year,
            title=title.strip(),
            amount_dh=amount_dh,
            by=account,
            at=at,
        )
        envelope.save(force_insert=True)
        after = {"title": envelope.title, "year": year, "amount_dh": amount_dh}
        _record("open envelope", "envelope", envelope.pk, envelope, by=by, at=at, after=after)
    return envelope


def draft(
    envelope: Envelope, *, run: Run, name: str, account: Account, by: Actor, at: datetime, copy_of: Scenario | None = None
) -> Scenario:
    """A scenario with the rulebook's numbers, or with those of another. Raises Refused with every reason."""
    taken = Scenario.objects.filter(envelope=envelope, name=name.strip()).exists()
    covers = run.status == DONE and len(queries.ground(run.pk, envelope.place_id).sharing) > 1
    _refuse(rules.why_not_draft(name=name, taken=taken, run_done=run.status == DONE, covers=covers or run.status != DONE))
    formula = queries.ground(run.pk, envelope.place_id).rules.allocation
    numbers: dict[str, Any] = {
        "weights": {one.code: int(one.weight.value) for one in formula.criteria},
        "floor_share": str(formula.floor_share.value),
        "cap_share": str(formula.cap_share.value),
        "hold_harmless_share": str(formula.hold_harmless_share.value),
    }
    if copy_of is not None:
        numbers = {field: getattr(copy_of, field) for field in NUMBERS}
    with transaction.atomic():
        scenario = Scenario(
            envelope=envelope,
            run=run,
            position=envelope.position,
            name=name.strip(),
            previous=_last_year(envelope),
            by=account,
            at=at,
            **numbers,
        )
        scenario.save(force_insert=True)
        after = {"envelope": envelope.pk, "name": scenario.name, "run": run.pk, **numbers}
        _record("draft scenario", "scenario", scenario.pk, envelope, by=by, at=at, after=after)
    return scenario


def change(
    scenario: Scenario, *, version: int, account: Account, by: Actor, at: datetime, name: str | None = None, **numbers: Any
) -> Scenario:
    """Another name or other numbers for a draft; `version` is the one that the form showed. Raises Refused with every reason.

    `numbers`: weights (whole numbers by criterion), floor_share, cap_share, hold_harmless_share (exact shares).
    """
    given: dict[str, Any] = {
        field: numbers[field] if field == "weights" else str(numbers[field]) for field in NUMBERS if field in numbers
    }
    weights = {**scenario.weights, **given.get("weights", {})}
    _refuse(
        rules.why_not_change(
            adopted=scenario.adopted_at is not None, version=scenario.version, shown=version, weights=weights, name=name
        )
    )
    queries.shared_of(scenario, **{**given, "weights": weights})  # bounds that do not fit are refused with what would
    fields: dict[str, Any] = {**given, "weights": weights, "version": version + 1}
    if name is not None:
        fields["name"] = name.strip()
    before = {field: getattr(scenario, field) for field in fields}
    with transaction.atomic():
        # Compare and set: a form that shows an older state changes nothing.
        if not Scenario.objects.filter(pk=scenario.pk, version=version, adopted_at=None).update(**fields):
            _refuse(rules.why_not_change(adopted=False, version=version + 1, shown=version))
        _record("change scenario", "scenario", scenario.pk, scenario.envelope, by=by, at=at, before=before, after=fields)
    fresh: Scenario = Scenario.objects.get(pk=scenario.pk)
    return fresh


def adopt(
    scenario: Scenario,
    *,
    version: int,
    expected: int,
    decided_on: date,
    reference: str,
    account: Account,
    by: Actor,
    at: datetime,
) -> Adoption:
    """Makes a scenario the share in force: frozen with every component of every place, and published to those below.

    `version` and `expected` (the number of the adoption in force, 0 for none) are what the page showed. Of two people who
    adopt at once one passes; the other is refused, and told. Raises Refused with every reason.
    """
    try:
        with transaction.atomic():
            # Who comes second waits here, and then sees what the first one did.
            envelope: Envelope = Envelope.objects.select_for_update().get(pk=scenario.envelope_id)
            live: Scenario = Scenario.objects.get(pk=scenario.pk)
            number = queries.number_in_force(envelope)
            _refuse(
                rules.why_not_adopt(
                    adopted=live.adopted_at is not None,
                    version=live.version,
                    shown=version,
                    in_force=number,
                    expected=expected,
                    run_done=live.run.status == DONE,
                    reference=reference,
                )
            )
            return _adopt(live, envelope, number + 1, decided_on, reference.strip(), account, by, at)
    except IntegrityError as error:
        raise Refused(
            Problem(
                what=say("Another scenario was adopted meanwhile: look at it before you replace it."),
                remedy=say("Load the page of the envelope again."),
            )
        ) from error


def _adopt(
    live: Scenario, envelope: Envelope, number: int, decided_on: date, reference: str, account: Account, by: Actor, at: datetime
) -> Adoption:
    seat = envelope.place
    shares = queries.shared_of(live).shares.sort("place", "programme", maintain_order=True)
    if shares["amount_dh"].sum() != envelope.amount_dh:
        raise Refused(Problem(what=say("the shares do not sum to the envelope.")))
    digest = sha256_of(shares)
    after = {
        "number": number,
        "scenario": live.pk,
        "decided_on": decided_on.isoformat(),
        "reference": reference,
        "shares_sha256": digest,
        "amount_dh": envelope.amount_dh,
    }
    entry = _record(
        "adopt scenario", "envelope", envelope.pk, envelope, by=by, at=at, before={"number": number - 1 or None}, after=after
    )
    adoption = Adoption(
        envelope=envelope,
        scenario=live,
        position=seat.position,
        reach=seat.last,
        number=number,
        decided_on=decided_on,
        reference=reference,
        shares_sha256=digest,
        entry=entry,
        by=account,
        at=at,
    )
    adoption.save(force_insert=True)
    _freeze(shares, adoption, queries.ground(live.run_id, envelope.place_id).numbers)
    Scenario.objects.filter(pk=live.pk).update(adopted_at=at, reach=seat.last)
    Envelope.objects.filter(pk=envelope.pk).update(reach=seat.last)
    return adoption


def _freeze(shares: pl.DataFrame, adoption: Adoption, numbers: Mapping[str, int]) -> None:
    positions = dict(Place.objects.filter(pk__in=numbers.values()).values_list("code", "position"))
    Share.objects.bulk_create(
        [
            Share(
                adoption=adoption,
                place_id=numbers[row["place"]],
                position=positions[row["place"]],
                programme=row["programme"],
                criterion=row["criterion"],
                amount_dh=row["amount_dh"],
                people=row["people"],
            )
            for row in shares.iter_rows(named=True)
        ],
        batch_size=1000,
    )


def sha256_of(shares: pl.DataFrame) -> str:
    """The fingerprint of shares: of their rows as JSON, in the order of places and programmes."""
    rows = shares.select("place", "programme", "criterion", "amount_dh", "people").sort("place", "programme", "criterion").rows()
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _last_year(envelope: Envelope) -> dict[str, dict[str, int]] | None:
    """What each place got last year by programme, where a share was adopted for the same place."""
    before = Envelope.objects.filter(place=envelope.place_id, year=envelope.year - 1)
    adoption = Adoption.objects.filter(envelope__in=before).order_by("-at").first()
    if adoption is None:
        return None
    amounts: dict[str, dict[str, int]] = {}
    rows = Share.objects.filter(adoption=adoption.pk).values_list("programme", "place__code", "amount_dh")
    for programme, code, amount in rows:
        of_programme = amounts.setdefault(programme, {})
        of_programme[code] = of_programme.get(code, 0) + amount
    return amounts


def _record(
    command: str,
    kind: str,
    number: int,
    envelope: Envelope,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
) -> int:
    entry = journal.write(
        command,
        by=by,
        at=at,
        kind=kind,
        object_id=str(number),
        place=envelope.place_code,
        position=envelope.position,
        before=_plain(before or {}),
        after=_plain(after),
    )
    return entry.number


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, Fraction) else value for key, value in values.items()}


def _refuse(reasons: list[Sentence]) -> None:
    if reasons:
        raise Refused([Problem(what=reason) for reason in reasons])
