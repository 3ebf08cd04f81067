"""A scenario brought before the committee: its adoption is then what the session's vote does, in the same transaction."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from tiwizi.budgets import commands, queries, rules
from tiwizi.budgets.models import Scenario
from tiwizi.committees.commands import effects, matters
from tiwizi.committees.models import Body, Matter, Resolution
from tiwizi.committees.rules.steps import SETTLED
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.core.money import Centimes
from tiwizi.database import states
from tiwizi.journal.commands import Actor
from tiwizi.language import direction, isolated, money, text, translator
from tiwizi.measures.rules import DONE
from tiwizi.people.models import Account
from tiwizi.reports import fonts
from tiwizi.territories.models import Place

KIND: Final = "budget_shares"
_SUBJECT: Final = "scenario:"


def brought(scenario: Scenario) -> Matter | None:
    """The matter that is before a committee for a scenario and not decided yet; None where there is none."""
    matter: Matter | None = Matter.objects.filter(subject=f"{_SUBJECT}{scenario.pk}").exclude(state__in=SETTLED).first()
    return matter


def bring(scenario: Scenario, *, account: Account, by: Actor, at: datetime) -> Matter:
    """A matter that asks the committee to adopt a scenario as it stands now. Raises Refused with every reason.

    It holds the scenario's version and the adoption in force: when either changes before the vote, the vote adopts nothing.
    """
    with states.held(scenario, _why_not_bring) as live:
        envelope = live.envelope
        number = queries.number_in_force(envelope)
        refuse(_reasons(live, live.version, number))
        return matters.propose(
            kind=KIND,
            place=Place.objects.get(pk=envelope.place_id),
            opened=timezone.localdate(at),
            account=account,
            by=by,
            at=at,
            subject=f"{_SUBJECT}{live.pk}",
            title_ar=f"اعتماد توزيع الاعتمادات: {envelope.title}، {live.name}",
            title_fr=f"Adoption de la répartition des crédits : {envelope.title}, {live.name}",
            text_ar=f"تعتمد اللجنة السيناريو «{live.name}» لتوزيع الغلاف «{envelope.title}» لسنة {envelope.year}.",
            text_fr=f"Le comité adopte le scénario « {live.name} » de l'enveloppe « {envelope.title} » ({envelope.year}).",
            payload={
                "scenario": live.pk,
                "version": live.version,
                "in_force": number,
                "amount_dh": envelope.amount_dh,
            },
        )


def _why_not_bring(live: Scenario) -> list[Sentence]:
    return rules.why_not_bring(adopted=live.adopted_at is not None, brought=brought(live) is not None)


def _reasons(scenario: Scenario, shown: int, expected: int) -> list[Sentence]:
    envelope = scenario.envelope
    return rules.why_not_adopt(
        adopted=scenario.adopted_at is not None,
        version=scenario.version,
        shown=shown,
        in_force=queries.number_in_force(envelope),
        expected=expected,
        run_done=scenario.run.status == DONE,
        reference="-",
        meanwhile=queries.meanwhile(envelope),
    )


def why_not(matter: Matter, _decision: effects.Decision) -> list[Sentence]:
    """Every reason why the vote cannot adopt the scenario that a matter names."""
    asked = matter.payload or {}
    scenario = Scenario.objects.filter(pk=asked.get("scenario", 0)).select_related("envelope", "run").first()
    if scenario is None:
        return [say("The scenario is not there.")]
    return _reasons(scenario, asked["version"], asked["in_force"])


def act(matter: Matter, resolution: Resolution, _decision: effects.Decision, account: Account, by: Actor, at: datetime) -> None:
    """Adopts the scenario by the resolution, whose day and number are the adoption's."""
    asked = matter.payload or {}
    commands.adopt(
        Scenario.objects.get(pk=asked["scenario"]),
        version=asked["version"],
        expected=asked["in_force"],
        resolution=resolution,
        account=account,
        by=by,
        at=at,
    )


def budget_sheet(body: Body, language: str) -> dict[str, dict[str, Any]]:
    """The adopted shares of the places below a body, one line a place, as a sheet of its sessions' packs; nothing before."""
    sums = queries.adopted_below(body.position, body.last)
    if not sums:
        return {}
    day = timezone.localdate()
    speak = translator(language)
    lines = [
        text(say("{place}: {amount}", place=isolated(place.name(language)), amount=Centimes.of_dh(amount_dh)), language)
        for place, amount_dh in sums
    ]
    sheet = {
        "language": language,
        "direction": direction(language),
        "fonts": [family.strip() for family in fonts.families(language).split(",")],
        "date": [day.year, day.month, day.day],
        "programme": body.name(language),
        "body": body.name(language),
        "title": speak("State of the budget"),
        "facts": [[speak("Adopted in all"), money(Centimes.of_dh(sum(amount_dh for _place, amount_dh in sums)), language)]],
        "sections": [[speak("Adopted shares"), lines]],
    }
    return {"budget": sheet}
