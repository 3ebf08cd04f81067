"""From the census to an envelope shared over the places, in one call."""

from tiwizi.plan.measuring import measure
from tiwizi.plan.planning import Plan, Shared, Targeting, assembled, plan, previous_shares, shared, with_formula

__all__ = ["Plan", "Shared", "Targeting", "assembled", "measure", "plan", "previous_shares", "shared", "with_formula"]
