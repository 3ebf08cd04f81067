"""From the census to an envelope allotted to places, in one call."""

from tiwizi.plan.measuring import measure
from tiwizi.plan.planning import Allotment, Plan, Targeting, allotment, assembled, plan, previous_shares, with_formula

__all__ = ["Allotment", "Plan", "Targeting", "allotment", "assembled", "measure", "plan", "previous_shares", "with_formula"]
