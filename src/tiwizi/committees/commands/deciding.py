"""What a declared vote does, in the caller's transaction: the resolution, what it uses of a ceiling, the effect of its kind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from tiwizi.committees.commands import effects, matters
from tiwizi.committees.commands.common import held_body
from tiwizi.committees.models import Act, Approval, CeilingUse, Item, Matter, Poll, Resolution, Session
from tiwizi.committees.queries import record
from tiwizi.committees.queries.basis import legal_basis
from tiwizi.committees.rules import procedure
from tiwizi.committees.rules.competence import Competence, above_year
from tiwizi.committees.rules.voting import Outcome
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.core.folding import folded
from tiwizi.core.money import Centimes
from tiwizi.journal.commands import Actor
from tiwizi.language import LANGUAGES, text
from tiwizi.office.naming import spoken
from tiwizi.organisations.models import Person
from tiwizi.people.models import Account


def said(sentences: Iterable[Sentence]) -> dict[str, list[str]]:
    """Sentences as the record keeps them: in each language."""
    known = list(sentences)
    return {language: [text(one, language) for one in known] for language in LANGUAGES}


def adopt(
    live: Session, item: Item, matter: Matter, poll: Poll, made: Outcome, *, account: Account, by: Actor, at: datetime
) -> Resolution:
    """Adopts a matter: its state, its resolution, its part of the ceiling and its effect, or nothing.

    Raises Refused with every reason why it cannot take effect, though it has its majority.
    """
    found = record.competence_of(matter, live.day)
    decision = decision_of(live, poll)
    effect = effects.effect_of(matter.kind)
    reasons: list[Sentence] = []
    if found.body != live.body.code:
        reasons += [say("This committee is not competent for it:"), *found.words]
    if effect is not None:
        reasons += effect.why_not(matter, decision)
    refuse(reasons)
    act = Act.objects.get(number=found.act.number) if found.act else None
    resolution = _resolve(live, item, matter, poll, made, found, act, account=account, by=by, at=at)
    if act is not None:
        _use(live, act, matter, resolution)
    if effect is not None:
        effect.act(matter, resolution, decision, account, by, at)
    return resolution


def reject(
    live: Session, item: Item, matter: Matter, poll: Poll, made: Outcome, *, account: Account, by: Actor, at: datetime
) -> Resolution:
    """Rejects a matter: its state and its resolution."""
    found = record.competence_of(matter, live.day)
    act = Act.objects.filter(number=found.act.number).first() if found.act else None
    return _resolve(live, item, matter, poll, made, found, act, account=account, by=by, at=at)


def decision_of(live: Session, poll: Poll) -> effects.Decision:
    """The decision about to be taken by a vote."""
    person = Person.objects.get(mandates=poll.presiding_id)
    return effects.Decision(live.body, live.day, spoken(person.name("ar"), person.name("fr")))


def _resolve(
    live: Session,
    item: Item,
    matter: Matter,
    poll: Poll,
    made: Outcome,
    found: Competence,
    act: Act | None,
    *,
    account: Account,
    by: Actor,
    at: datetime,
) -> Resolution:
    rules, committees, _version = procedure.rules_on(live.day)
    short = rules.programme.level(live.body.place.level).committee_code or live.body.kind
    year = live.day.year
    # Of two decisions of one body at once, the second waits here, and counts the first.
    held_body(live.body.pk)
    count = Resolution.objects.filter(body=live.body.pk, decided_on__year=year).count()
    number = f"{short}-{live.body.place_code}-{year}-{count + 1}"
    verb = "adopt" if made.result == "adopted" else "reject"
    resolution = Resolution(
        number=number,
        body=live.body,
        position=live.body.position,
        reach=None if matter.reserved else live.body.last,
        item=item,
        matter=matter,
        poll=poll,
        result=made.result,
        decided_on=live.day,
        kind=matter.kind,
        title_ar=matter.title_ar,
        title_fr=matter.title_fr,
        text_ar=matter.text_ar,
        text_fr=matter.text_fr,
        amount_centimes=matter.amount_centimes,
        place_code=matter.place_code,
        act=act,
        legal_basis=said(legal_basis(live, act, committees, matter)),
        words=said((*made.words, *made.set_aside, *found.words)),
        effect={"object": matter.subject or f"matter:{matter.code}", "before": matter.state, "after": made.result},
        folded=" ".join(folded(one) for one in (number, matter.title_ar, matter.title_fr, matter.text_ar, matter.text_fr) if one),
        by=account,
        at=at,
    )
    more: dict[str, Any] = {"resolution": number, "poll": poll.pk, "act": act.number if act else None}
    more |= {"amount_centimes": matter.amount_centimes, "sha256": resolution.digest()}
    resolution.entry = matters.move(matter, verb, by=by, at=at, more=more)
    resolution.save(force_insert=True)
    return resolution


def _use(live: Session, act: Act, matter: Matter, resolution: Resolution) -> None:
    """Takes the amount from the ceiling of the year: compare and set, so that of many at once only those that fit pass."""
    year, amount = live.day.year, matter.amount_centimes
    use, _new = CeilingUse.objects.get_or_create(
        act=act, year=year, defaults={"position": live.body.position, "ceiling_centimes": act.ceiling_year_centimes}
    )
    then = F("used_centimes") + amount
    fits = Q(ceiling_centimes=None) | Q(ceiling_centimes__gte=then)
    if not CeilingUse.objects.filter(fits, pk=use.pk).update(used_centimes=then):
        used = CeilingUse.objects.get(pk=use.pk).used_centimes
        refuse([above_year(year, spent=used, amount=amount, ceiling=act.ceiling_year_centimes or Centimes(0))])
    Approval(
        act=act,
        matter=matter,
        resolution=resolution,
        year=year,
        amount_centimes=amount,
        position=live.body.position,
    ).save(force_insert=True)
