"""Opening envelopes, drafting and changing scenarios, adopting one: each one transaction and one entry in the journal."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.utils import timezone

from tiwizi.budgets import queries, rules
from tiwizi.budgets.models import Adoption, Envelope, Scenario, Share
from tiwizi.committees.models import Resolution
from tiwizi.core.errors import Problem, Refused, refuse, say
from tiwizi.database import states
from tiwizi.journal.commands import Actor
from tiwizi.measures.models import Run
from tiwizi.measures.rules import DONE
from tiwizi.office.commands import record, unless
from tiwizi.people import founding
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

NUMBERS = ("weights", "floor_share", "cap_share", "hold_harmless_share")


def open_envelope(
    *, place: Place, year: int, title: str, amount_dh: int, account: Account, by: Actor, at: datetime, step_dh: int = 1
) -> Envelope:
    """An envelope to share below a place. Raises Refused with every reason."""
    taken = Envelope.objects.filter(place=place, year=year, title=title.strip()).exists()
    refuse(rules.why_not_open(title=title, amount_dh=amount_dh, year=year, taken=taken, step_dh=step_dh))
    with unless(say("There is already an envelope of this title for that year.")):
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
        record("open envelope", envelope, by=by, at=at, place=envelope.place_code, after=after)
    return envelope


def draft(
    envelope: Envelope,
    *,
    run: Run,
    name: str,
    account: Account,
    by: Actor,
    at: datetime,
    copy_of: Scenario | None = None,
    **numbers: Any,
) -> Scenario:
    """A scenario with the rulebook's numbers, those of another, or `numbers` as `change` takes them. Raises Refused with every
    reason; the rulebook's own bounds may not fit an envelope, and are then there to be changed."""
    run = states.asked(run, lambda live: rules.why_not_shared(run_done=live.status == DONE))
    given = _given(numbers)
    taken = Scenario.objects.filter(envelope=envelope, name=name.strip()).exists()
    covers = len(queries.ground(run.pk, envelope.place_id).recipients) > 1
    refuse(rules.why_not_draft(name=name, taken=taken, run_done=True, covers=covers, weights=given.get("weights")))
    fields = {**_numbers(envelope, run, copy_of), **given}
    scenario = Scenario(
        envelope=envelope,
        run=run,
        position=envelope.position,
        name=name.strip(),
        previous=_last_year(envelope),
        by=account,
        at=at,
        **fields,
    )
    if given:
        queries.shared_of(scenario)  # bounds that do not fit are refused with what would
    with unless(say("Another scenario of this envelope has this name.")):
        scenario.save(force_insert=True)
        after = {"envelope": envelope.pk, "name": scenario.name, "run": run.pk, **fields}
        record("draft scenario", scenario, by=by, at=at, place=envelope.place_code, after=after)
    return scenario


def _numbers(envelope: Envelope, run: Run, copy_of: Scenario | None) -> dict[str, Any]:
    """The numbers that a draft starts from: those of another scenario, else the rulebook's."""
    if copy_of is not None:
        return {field: getattr(copy_of, field) for field in NUMBERS}
    formula = queries.ground(run.pk, envelope.place_id).rules.allocation
    return {
        "weights": {criterion.code: int(criterion.weight.value) for criterion in formula.criteria},
        "floor_share": str(formula.floor_share.value),
        "cap_share": str(formula.cap_share.value),
        "hold_harmless_share": str(formula.hold_harmless_share.value),
    }


def _given(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of the formula among what was given, as a scenario keeps them."""
    return {field: numbers[field] if field == "weights" else str(numbers[field]) for field in NUMBERS if field in numbers}


def change(
    scenario: Scenario, *, version: int, account: Account, by: Actor, at: datetime, name: str | None = None, **numbers: Any
) -> Scenario:
    """Another name or other numbers for a draft; `version` is the one that the form showed. Raises Refused with every reason.

    `numbers`: weights (whole numbers by criterion), floor_share, cap_share, hold_harmless_share (exact shares).
    """
    with (
        unless(say("Another scenario of this envelope has this name.")),
        states.held(scenario, lambda live: rules.why_frozen(adopted=live.adopted_at is not None)) as live,
    ):
        given = _given(numbers)
        weights = {**live.weights, **given.get("weights", {})}
        new_name = name.strip() if name is not None else live.name
        taken = Scenario.objects.filter(envelope=live.envelope_id, name=new_name).exclude(pk=live.pk).exists()
        refuse(rules.why_not_change(adopted=False, version=live.version, shown=version, weights=weights, name=name, taken=taken))
        queries.shared_of(live, **{**given, "weights": weights})  # bounds that do not fit are refused with what would
        fields: dict[str, Any] = {**given, "weights": weights, "version": version + 1}
        if name is not None:
            fields["name"] = new_name
        before = {field: getattr(live, field) for field in fields}
        Scenario.objects.filter(pk=live.pk).update(**fields)
        record("change scenario", live, by=by, at=at, place=live.envelope.place_code, before=before, after=fields)
    fresh: Scenario = Scenario.objects.get(pk=scenario.pk)
    return fresh


def adopt(
    scenario: Scenario,
    *,
    version: int,
    expected: int,
    resolution: Resolution | None = None,
    decided_on: date | None = None,
    reference: str = "",
    account: Account,
    by: Actor,
    at: datetime,
) -> Adoption:
    """Makes a scenario the share in force: frozen with every component of every place, and published to those below.

    `resolution` is the vote that adopted it; its day and number are the adoption's. `decided_on` and `reference` are for the
    trial of a demonstration alone, where no committee decides.

    `version` and `expected` (the number of the adoption in force, 0 for none) are what the page showed. Of two people who
    adopt at once one passes; the other is refused, and told. Raises Refused with every reason.
    """
    day = resolution.decided_on if resolution is not None else decided_on or timezone.localdate(at)
    act = resolution.number if resolution is not None else reference.strip()
    try:
        with transaction.atomic():
            # Who comes second waits here, and then sees what the first one did.
            envelope: Envelope = Envelope.objects.select_for_update().get(pk=scenario.envelope_id)
            with states.held(scenario, lambda live: rules.why_adopted(adopted=live.adopted_at is not None)) as live:
                number = queries.number_in_force(envelope)
                refuse(
                    rules.why_not_adopt(
                        adopted=False,
                        version=live.version,
                        shown=version,
                        in_force=number,
                        expected=expected,
                        run_done=live.run.status == DONE,
                        reference=act,
                        ahead=day > timezone.localdate(at),
                        long_ago=day.year < envelope.year - 5,
                        undecided=resolution is None and not founding.is_demonstration(),
                        foreign=resolution is not None and not _decides(resolution, live, envelope),
                        meanwhile=queries.meanwhile(envelope),
                    )
                )
                return _adopt(live, envelope, number + 1, day, act, resolution, account, by, at)
    except IntegrityError as error:
        raise Refused(
            Problem(
                what=rules.adopted_meanwhile(*queries.meanwhile(scenario.envelope)),
                remedy=say("Load the page of the envelope again."),
            )
        ) from error


def _decides(resolution: Resolution, scenario: Scenario, envelope: Envelope) -> bool:
    """Whether a resolution adopted this scenario as it stands, for this place and this amount."""
    asked = resolution.matter.payload or {}
    return (
        resolution.result == "adopted"
        and resolution.position == envelope.position
        and asked.get("scenario") == scenario.pk
        and asked.get("version") == scenario.version
        and asked.get("amount_dh") == envelope.amount_dh
    )


def _adopt(
    live: Scenario,
    envelope: Envelope,
    number: int,
    decided_on: date,
    reference: str,
    resolution: Resolution | None,
    account: Account,
    by: Actor,
    at: datetime,
) -> Adoption:
    seat = envelope.place
    base, given = queries.anew(live)
    shares = given.shares.sort("place", "programme", maintain_order=True)
    if shares["amount_dh"].sum() != envelope.amount_dh:
        raise Refused(Problem(what=say("the shares do not sum to the envelope.")))
    digest = queries.sha256_of(shares)
    after = {
        "number": number,
        "scenario": live.pk,
        "decided_on": decided_on.isoformat(),
        "reference": reference,
        "resolution": resolution.pk if resolution is not None else None,
        "trial": True if resolution is None else None,
        "shares_sha256": digest,
        "amount_dh": envelope.amount_dh,
    }
    entry = record(
        "adopt scenario",
        envelope,
        by=by,
        at=at,
        place=envelope.place_code,
        before={"number": number - 1 or None},
        after=after,
    )
    adoption = Adoption(
        envelope=envelope,
        scenario=live,
        position=seat.position,
        reach=seat.last,
        number=number,
        decided_on=decided_on,
        reference=reference,
        resolution=resolution,
        shares_sha256=digest,
        entry=entry,
        by=account,
        at=at,
    )
    adoption.save(force_insert=True)
    _freeze(shares, adoption, base.numbers)
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
