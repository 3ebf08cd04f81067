"""Whether adopted shares still sum to their envelope: for `tiwizi verify`."""

from collections.abc import Iterator

from django.db.models import Sum

from tiwizi.budgets.models import Adoption, Envelope, Share
from tiwizi.core.errors import Sentence, say
from tiwizi.core.money import Centimes


def sums_wrong() -> Iterator[Sentence]:
    """Every adoption whose shares do not sum to the envelope, to the unit; in the scope in force."""
    shared = dict(Share.objects.order_by().values_list("adoption").annotate(Sum("amount_dh")))
    amounts = dict(Envelope.objects.values_list("pk", "amount_dh"))
    for key, envelope in Adoption.objects.order_by("pk").values_list("pk", "envelope_id"):
        if shared.get(key, 0) != amounts.get(envelope):
            yield say(
                "Adoption {adoption}: its shares sum to {shares}, its envelope is of {envelope}.",
                adoption=str(key),
                shares=Centimes.of_dh(shared.get(key, 0)),
                envelope=Centimes.of_dh(amounts.get(envelope, 0)),
            )
