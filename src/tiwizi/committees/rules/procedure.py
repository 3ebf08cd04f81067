"""The rules of committees as the rulebook has them on a day, and as a session or a matter keeps them for as long as it lasts.

A session holds the rules of sitting of the day on which it was convened, a matter the majority of the day on which it began:
both are written down with them, so that a rulebook that changes meanwhile changes nothing under way.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tiwizi import store
from tiwizi.committees.rules.composition import CompositionRule
from tiwizi.committees.rules.presence import How, Quorum, SittingRules
from tiwizi.core.errors import BadRulebook, Problem, say
from tiwizi.core.rulebook.subjects import BodyKind, Committees, Number, QuorumRule, Rules


def rules_on(day: date) -> tuple[Rules, Committees, str]:
    """The rules of a day, those of committees among them, and the version of their rulebook.

    Raises BadRulebook where the rulebook says nothing of committees.
    """
    rules = store.own_on(day)
    if rules.committees is None:
        raise BadRulebook(
            Problem(
                what=say("this rulebook does not say how committees sit and decide."),
                where=[say("file {file}", file="committees.toml")],
                remedy=say("Copy it from the rulebook that comes with Tiwizi, then change what differs."),
            )
        )
    return rules, rules.committees, store.own().version


def _yes(number: Number) -> bool:
    return number.value == 1


def composition_rules(kind: BodyKind) -> tuple[CompositionRule, ...]:
    """The bounds on who sits on this kind of committee."""
    found = []
    for bound in kind.composition:
        given = bound.least or bound.most
        found.append(
            CompositionRule(
                code=bound.code,
                counts=bound.counts,
                unit="share" if given is not None and given.unit == "share" else "members",
                least=None if bound.least is None else bound.least.value,
                most=None if bound.most is None else bound.most.value,
                college=bound.college,
                younger_than=None if bound.younger_than is None else int(bound.younger_than),
            )
        )
    return tuple(found)


def sitting_rules(kind: BodyKind) -> SittingRules:
    """How this kind of committee sits."""
    counts: set[How] = {"present"}
    counts |= {"deputy"} if _yes(kind.deputies_count) else set()
    counts |= {"proxy"} if _yes(kind.proxies_count) else set()
    return SittingRules(
        first=_quorum(kind.first),
        second=_quorum(kind.second),
        recused_leave_base=_yes(kind.recused_leave_base),
        quorum_counts=frozenset(counts),
        proxies_each=int(kind.proxies_each),
        notice_days=int(kind.notice_days),
        second_notice_days=int(kind.second_notice_days),
        clear_days=_yes(kind.clear_days),
        second_after_days=int(kind.second_after_days),
        second_within_days=None if kind.second_within_days is None else int(kind.second_within_days),
    )


def _quorum(rule: QuorumRule) -> Quorum:
    return Quorum(rule.share.value, _yes(rule.strictly), int(rule.least))


def sitting_kept(rules: SittingRules) -> dict[str, Any]:
    """Rules of sitting as a session keeps them: shares as fractions in text."""
    kept = dict(vars(rules))
    for which in ("first", "second"):
        kept[which] = {**vars(kept[which]), "share": str(kept[which].share)}
    return kept | {"quorum_counts": sorted(rules.quorum_counts)}


def sitting_of(kept: Mapping[str, Any]) -> SittingRules:
    """The rules of sitting that a session kept."""
    quorums = {which: Quorum(**{**kept[which], "share": Fraction(kept[which]["share"])}) for which in ("first", "second")}
    return SittingRules(**{**kept, **quorums, "quorum_counts": frozenset(kept["quorum_counts"])})
