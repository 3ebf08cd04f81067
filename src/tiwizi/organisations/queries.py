"""Reading the registers of people and carriers."""

from datetime import date

from tiwizi.organisations.models import Tie


def tied_to(carrier: int, on: date) -> dict[int, str]:
    """By the number of each person whom a register ties to a carrier on a day: the kind of their tie."""
    return dict(Tie.objects.filter(carrier=carrier).in_force(on).values_list("person_id", "kind"))
