"""Bringing a scenario before the committee: who may, once, as a matter of its own."""

from uuid import uuid4

from tests.budgets.pages.people import client
from tests.committees import chamber
from tests.office import Office

from tiwizi.committees.models import Matter
from tiwizi.database import scope


def test_who_proposes_matters_at_the_envelope_s_place_brings_it_once(here: Office) -> None:
    chamber.seated(here.tree)
    address = f"/budgets/scenarios/{here.draft.pk}/bring/"
    officer = client(("officer", here.tree.province))
    assert officer.get(address).status_code == 405
    assert client(("reader", here.tree.province)).post(address).status_code == 403
    assert client(("local_secretary", here.tree.near)).post(address).status_code == 404
    form = {"client_id": str(uuid4())}
    first, again = officer.post(address, form), officer.post(address, form)
    with scope.everything():
        matter = Matter.objects.get()
    assert [(one.status_code, one["Location"]) for one in (first, again)] == [(303, f"/committees/matters/{matter.pk}/")] * 2
    assert matter.kind == "budget_shares"
    assert officer.post(address).status_code == 409
