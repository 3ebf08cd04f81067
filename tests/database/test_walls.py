"""What the database refuses with its triggers in place, whatever the program: what is decided, done or over stays as it was."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.committees.every_table import insert, run, stored, values_of
from tests.database.filled import Rows, another, filled

from tiwizi.budgets.models import Envelope, Scenario, Share
from tiwizi.committees.models import CeilingUse, Item, Matter, Papers, Presence, Session, Vote
from tiwizi.database.scope import everything
from tiwizi.measures.models import Figure, Run
from tiwizi.people.models import Account, Role


@pytest.fixture
def office(db: None) -> Any:
    with everything():
        yield filled()


def refused(statement: str, *values: object) -> None:
    with pytest.raises(IntegrityError, match=r"frozen|never removed|none is removed|only ends"), transaction.atomic():
        run(statement, *values)


def copied(model: Any, row: Any, **more: object) -> None:
    """Another row like this one: refused, and not for a key that both would have."""
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        insert(model, values_of(row) | more)


NEVER = {
    Session: "number day hour state sitting opened_at closed_at presiding_id lacking hall_fr",
    Matter: "code kind title_fr text_fr programme amount_centimes carrier_id fulfils state majority secret reserved subject "
    "payload",
    Envelope: "place_code year title amount_dh by_id at",
    Run: "kind on rulebook rulebook_version code_version seed inputs fingerprint status result_sha256 figures notes finished_at",
    CeilingUse: "act_id year ceiling_centimes",
    Role: "account_id kind place since",
    Scenario: "weights floor_share cap_share name adopted_at",
}
"""Columns of a row that is over, decided, done or adopted."""


@pytest.mark.parametrize("model", NEVER, ids=lambda model: model.__name__)
def test_what_is_over_is_neither_changed_nor_removed(office: Rows, model: Any) -> None:
    row = Scenario.objects.exclude(adopted_at=None).get() if model is Scenario else office[model]
    for name in NEVER[model].split():
        field = next(field for field in model._meta.concrete_fields if field.attname == name)
        value = stored(field, another(field, getattr(row, name)))
        refused(f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s', value, row.pk)
    refused(f"DELETE FROM {model._meta.db_table} WHERE id = %s", row.pk)


def test_a_ceiling_that_was_used_never_falls(office: Rows) -> None:
    refused("UPDATE committees_ceilinguse SET used_centimes = 0")
    refused("UPDATE committees_ceilinguse SET used_centimes = used_centimes - 1")


def test_nothing_is_added_to_an_adopted_share(office: Rows) -> None:
    copied(Share, office[Share], criterion="another")


def test_nothing_is_added_to_a_declared_vote(office: Rows) -> None:
    copied(Vote, office[Vote], mandate_id=7_000_000)
    copied(Papers, office[Papers], poll_id=office[Vote].poll_id)


def test_nothing_is_added_to_a_session_that_is_over(office: Rows) -> None:
    copied(Item, office[Item], number=9, matter_id=7_000_000)
    copied(Presence, office[Presence])


def test_nothing_is_added_to_the_figures_of_a_run_that_is_done(office: Rows) -> None:
    copied(Figure, office[Figure], series="another")


def test_an_account_is_never_removed(office: Rows) -> None:
    refused("DELETE FROM people_account WHERE id = %s", office[Account].pk)
