"""Debate and votes: items taken up, amended, put to the vote, voted on, decided. Adopting is what moves the matter's state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from tiwizi.committees.commands import matters, presences
from tiwizi.committees.commands.common import held
from tiwizi.committees.commands.deciding import adopt, reject, said
from tiwizi.committees.models import Amendment, Item, Mandate, Matter, Papers, Poll, Session, Vote
from tiwizi.committees.queries import record
from tiwizi.committees.rules import presence, steps, voting
from tiwizi.committees.rules.presence import Room
from tiwizi.committees.rules.voting import CHOICES, Majority, Outcome, Tally
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.journal.commands import Actor
from tiwizi.office.commands import record as write
from tiwizi.office.commands import unless
from tiwizi.people.models import Account


def take_up(item: Item, *, version: int, by: Actor, at: datetime) -> None:
    """Opens the debate on an item; whom a register ties to who asks is recused. Raises Refused with every reason."""
    with held(item.session, "take_up", version) as live:
        matter = Matter.objects.select_for_update().get(pk=item.matter_id)
        refuse(_why_not_take_up(live, item, matter))
        Item.objects.filter(pk=item.pk).update(taken_up=True)
        matters.move(matter, "take_up", by=by, at=at, more={"session": live.pk, "item": item.number})
        presences.recuse_by_register(live, item, matter, by=by, at=at)


def why_not_take_up(item: Item) -> list[Sentence]:
    """Every reason why the debate on an item is not opened now; empty means that it may be."""
    return _why_not_take_up(item.session, item, Matter.objects.get(pk=item.matter_id))


def _why_not_take_up(live: Session, item: Item, matter: Matter) -> list[Sentence]:
    return steps.why_not_take_up(session=live.state, state=matter.state, before=first_unsettled(live, item))


def first_unsettled(live: Session, item: Item) -> list[int]:
    """Numbers of the items that come before one and are not settled in this session."""
    rows = Item.objects.filter(session=live.pk, number__lt=item.number).select_related("matter").order_by("number")
    return [one.number for one in rows if not (one.taken_up and record.settled(one.matter.state))]


def adjourn(item: Item, *, version: int, why: str, by: Actor, at: datetime) -> None:
    """Puts a matter off to a later session; an open vote on it is left without effect. Raises Refused with every reason."""
    _leave(item, "adjourn", version=version, why=why, by=by, at=at)


def withdraw(item: Item, *, version: int, why: str, by: Actor, at: datetime) -> None:
    """Takes a matter off the debate for good, before any vote. Raises Refused with every reason."""
    _leave(item, "withdraw", version=version, why=why, by=by, at=at)


def _leave(item: Item, verb: str, *, version: int, why: str, by: Actor, at: datetime) -> None:
    with held(item.session, "leave", version) as live:
        matter = Matter.objects.select_for_update().get(pk=item.matter_id)
        reasons = []
        if not why.strip():
            reasons.append(say("Say why."))
        reasons.extend(
            say("Item {number} comes first: settle it, or move it down the agenda.", number=one)
            for one in first_unsettled(live, item)
        )
        refuse(reasons + steps.why_not_step("matter", matter.state, verb))
        Poll.objects.filter(item=item.pk, result="").update(result="void", closed_at=at)
        Amendment.objects.filter(item=item.pk, state="waiting").update(state="withdrawn")
        Item.objects.filter(pk=item.pk).update(taken_up=True)
        matters.move(matter, verb, by=by, at=at, more={"session": live.pk, "item": item.number, "why": why.strip()})


def deposit(
    item: Item,
    *,
    mandate: Mandate | None,
    text_ar: str,
    text_fr: str,
    deletes: bool,
    distance: int,
    version: int,
    by: Actor,
    at: datetime,
) -> Amendment:
    """An amendment to the text under debate: the resolution as it would read. Raises Refused with every reason."""
    with held(item.session, "deposit", version) as live:
        matter = Matter.objects.select_for_update().get(pk=item.matter_id)
        refuse(
            steps.why_not_amend(
                session=live.state,
                state=matter.state,
                text={"ar": matter.text_ar, "fr": matter.text_fr},
                amended={"ar": text_ar.strip(), "fr": text_fr.strip()},
                voting=Poll.objects.filter(item=item.pk, result="").exists(),
            )
        )
        row = Amendment(
            item=item,
            position=live.position,
            number=Amendment.objects.filter(item=item.pk).count() + 1,
            by_mandate=mandate,
            deletes=deletes,
            distance=distance,
            text_ar=text_ar.strip(),
            text_fr=text_fr.strip(),
        )
        row.save(force_insert=True)
        if matter.state == "debated":
            matters.move(matter, "amend", by=by, at=at, more={"item": item.number})
        after = {"item": item.pk, "number": row.number, "deletes": deletes, "distance": distance}
        write("deposit amendment", row, by=by, at=at, place=live.body.place_code, after=after)
    return row


def take_back(amendment: Amendment, *, version: int, by: Actor, at: datetime) -> None:
    """Who deposited an amendment takes it back before its vote; once none waits the text is debated again.

    Raises Refused with every reason: what was voted stays.
    """
    item = Item.objects.select_related("session__body").get(pk=amendment.item_id)
    with held(item.session, "take_back", version) as live:
        matter = Matter.objects.select_for_update().get(pk=item.matter_id)
        current = Amendment.objects.select_for_update().get(pk=amendment.pk)
        voting = Poll.objects.filter(item=item.pk, result="").exists()
        waits = current.state == "waiting"
        refuse(steps.why_not_take_back(session=live.state, number=current.number, waits=waits, voting=voting))
        Amendment.objects.filter(pk=current.pk).update(state="withdrawn")
        before, after = {"state": "waiting"}, {"state": "withdrawn"}
        write("take back amendment", current, by=by, at=at, place=live.body.place_code, before=before, after=after)
        _debate_again(item, matter, by=by, at=at)


def put_amendment(amendment: Amendment, *, version: int, by: Actor, at: datetime) -> Poll:
    """Opens an open vote on an amendment. Raises Refused with every reason."""
    item = Item.objects.select_related("session__body").get(pk=amendment.item_id)
    return put_to_vote(item, amendment=amendment, secret=False, version=version, by=by, at=at)


def put_to_vote(
    item: Item, *, amendment: Amendment | None = None, secret: bool | None, version: int, by: Actor, at: datetime
) -> Poll:
    """Opens a vote on the text, or on the amendment whose turn it is. Raises Refused with every reason.

    The body must be competent for the matter at this moment, and somebody who may preside be there.
    """
    with unless(say("A vote on this item is open already.")), held(item.session, "put_to_vote", version) as live:
        matter = Matter.objects.select_for_update().get(pk=item.matter_id)
        known = record.amendments(item)
        number = Poll.objects.filter(item=item.pk).count() + 1
        seated = record.seats(live.body, live.day)
        room = record.room_at(live, (item.number, number), seated)
        order = record.presiding_order(seated)
        key = presence.presiding(room, order)
        refuse(why_not_put(live, item, matter, amendment, known) + ([] if key else [say("Nobody who may preside is there.")]))
        poll = Poll(
            item=item,
            position=live.position,
            number=number,
            amendment=amendment,
            secret=matter.secret if secret is None else secret,
            majority=matter.majority,
            presiding=next(seat.mandate for seat in seated if seat.key == key),
            opened_at=at,
        )
        poll.save(force_insert=True)
        more = {"poll": poll.pk, "secret": poll.secret}
        if amendment is None:
            matters.move(matter, "put_to_vote", by=by, at=at, more=more)
        else:
            write("put amendment to vote", amendment, by=by, at=at, place=live.body.place_code, after=more)
    return poll


def why_not_put_text(item: Item) -> list[Sentence]:
    """Every reason why the text cannot be put to the vote now; empty means that it may be."""
    return why_not_put(item.session, item, Matter.objects.get(pk=item.matter_id), None, record.amendments(item))


def why_not_put(
    live: Session, item: Item, matter: Matter, amendment: Amendment | None, known: list[steps.Amendment]
) -> list[Sentence]:
    """Every reason why the text, or this amendment, cannot be put to the vote now; empty means that it may."""
    if amendment is not None:
        reasons = [] if live.state == "open" else [say("The session is not open.")]
        if Poll.objects.filter(item=item.pk, result="").exists():
            reasons.append(say("A vote is open: declare its result first."))
        # Another amendment may have brought a second language since this one was deposited.
        texts = ({"ar": one.text_ar, "fr": one.text_fr} for one in (matter, amendment))
        return reasons + steps.why_not_amendment(amendment.number, known) + steps.why_lacking(*texts)
    reasons = steps.why_not_put_to_vote(matter.state, known, session=live.state)
    found = record.competence_of(matter, live.day)
    if found.body != live.body.code:
        reasons += [say("This committee is not competent for it:"), *found.words]
    return reasons


def room_of(poll: Poll) -> Room:
    """Who is there at a vote."""
    item = Item.objects.select_related("session__body").get(pk=poll.item_id)
    return record.room_at(item.session, (item.number, poll.number))


def cast(poll: Poll, votes: Mapping[int, str], *, by: Actor, at: datetime, rest: str = "") -> None:
    """The votes of an open ballot by mandate, as they were given or as they stand on paper. Raises Refused with every reason.

    `rest` is the vote of all others who are there and have not voted. One vote that cannot be refuses all; none is written.
    """
    item = Item.objects.select_related("session__body").get(pk=poll.item_id)
    with unless(say("One of these votes was given meanwhile.")), held(item.session, "cast", None) as live:
        current = Poll.objects.select_for_update().get(pk=poll.pk)
        seats = record.seats(live.body, live.day)
        room = record.room_at(live, (item.number, current.number), seats)
        seated = {seat.mandate.pk: seat.key for seat in seats}
        voted = set(Vote.objects.filter(poll=current.pk).values_list("mandate_id", flat=True))
        if rest:
            there = [mandate for mandate, key in seated.items() if key in room.there and mandate not in voted]
            votes = {**dict.fromkeys(there, rest), **votes}
        reasons = [] if votes else [say("No vote is given: write down one at least.")]
        if current.secret:
            reasons.append(say("This vote is secret: only its papers are counted."))
        for mandate, choice in votes.items():
            key = seated.get(mandate, "?")
            if choice not in CHOICES:
                reasons.append(say("A vote is for, against, or an abstention."))
            state = "" if current.result else "voting"
            given = {key} if mandate in voted else set()
            reasons += voting.why_not_vote(key, room, seats=set(seated.values()), voted=given, state=state)
        refuse(_once(reasons))
        for mandate, choice in votes.items():
            Vote(poll=current, mandate_id=mandate, choice=choice, position=live.position, at=at).save(force_insert=True)
        after: dict[str, Any] = {"votes": {str(mandate): choice for mandate, choice in votes.items()}}
        write("cast votes", current, by=by, at=at, place=live.body.place_code, after=after)


def _once(reasons: list[Sentence]) -> list[Sentence]:
    return list({str(reason): reason for reason in reasons}.values())


def count_papers(poll: Poll, papers: Tally, *, casting: str, by: Actor, at: datetime) -> None:
    """What came out of the urn of a secret vote, once. Raises Refused with every reason."""
    item = Item.objects.select_related("session__body").get(pk=poll.item_id)
    with unless(say("The papers of this vote were counted meanwhile.")), held(item.session, "count", None) as live:
        current = Poll.objects.select_for_update().get(pk=poll.pk)
        room = record.room_at(live, (item.number, current.number))
        reasons = [] if current.secret else [say("This vote is open: each member's vote is written down.")]
        if current.result:
            reasons.append(say("No vote is open on this matter."))
        if casting and casting not in ("yes", "no"):
            reasons.append(say("The casting vote is for or against."))
        refuse(reasons + presence.why_no_quorum(room) + voting.why_not_count(papers, room))
        Papers(
            poll=current,
            position=live.position,
            yes=papers.yes,
            no=papers.no,
            abstain=papers.abstain,
            void=papers.void,
            casting=casting,
            at=at,
        ).save(force_insert=True)
        write("count papers", current, by=by, at=at, place=live.body.place_code, after={**vars(papers), "casting": casting})


def declare(poll: Poll, *, version: int, account: Account, by: Actor, at: datetime) -> Outcome:
    """Declares what an open vote decided, and does it in the same transaction: the matter is adopted with all that follows,
    rejected, or not voted for want of a quorum. Raises Refused with every reason; then nothing changed, and the vote is open.
    """
    item = Item.objects.select_related("session__body").get(pk=poll.item_id)
    with held(item.session, "declare", version) as live:
        current = Poll.objects.select_for_update().get(pk=poll.pk)
        refuse([say("The result of this vote was declared already.")] if current.result else [])
        asked, amends = Majority.kept(current.majority), current.amendment_id is not None
        made = voting.outcome(record.ballot(current), room_of(current), asked, amends=amends)
        fields = {"result": made.result, "tally": vars(made.tally), "words": said((*made.words, *made.set_aside))}
        Poll.objects.filter(pk=current.pk, result="").update(**fields, closed_at=at)
        matter = Matter.objects.select_for_update().get(pk=item.matter_id)
        if current.amendment_id is not None:
            _settle(live, item, matter, current, made, by=by, at=at)
        elif made.result == "no_quorum":
            matters.move(matter, "find_no_quorum", by=by, at=at, more={"poll": current.pk})
        else:
            decide = adopt if made.result == "adopted" else reject
            decide(live, item, matter, current, made, account=account, by=by, at=at)
    return made


def _settle(live: Session, item: Item, matter: Matter, poll: Poll, made: Outcome, *, by: Actor, at: datetime) -> None:
    """What the vote on an amendment did: the text as amended, and the debate again once all are settled."""
    amendment = Amendment.objects.select_for_update().get(pk=poll.amendment_id)
    if made.result == "no_quorum":
        write("find no quorum", amendment, by=by, at=at, place=live.body.place_code, after={"poll": poll.pk})
        return
    Amendment.objects.filter(pk=amendment.pk).update(state=made.result)
    after: dict[str, Any] = {"state": made.result, "poll": poll.pk}
    if made.result == "adopted":
        texts = {"text_ar": amendment.text_ar or matter.text_ar, "text_fr": amendment.text_fr or matter.text_fr}
        Matter.objects.filter(pk=matter.pk).update(**texts, version=F("version") + 1)
        matter.version += 1
    write("settle amendment", amendment, by=by, at=at, place=live.body.place_code, before={"state": "waiting"}, after=after)
    _debate_again(item, matter, by=by, at=at)


def _debate_again(item: Item, matter: Matter, *, by: Actor, at: datetime) -> None:
    if not Amendment.objects.filter(Q(item=item.pk), state="waiting").exists():
        matters.move(matter, "settle_amendments", by=by, at=at, more={"item": item.number})
