"""Accounts, roles and invitations: what changes, what the journal says, and that a refusal changes nothing."""

from datetime import date, timedelta

import pytest
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree, of

from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.journal.models import Entry
from tiwizi.people import commands, queries
from tiwizi.people.models import Account, Invitation, Role

PHRASE = "cedar-falcon-olive-71"


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def acts() -> list[str]:
    with scope.everything():
        return list(Entry.objects.order_by("number").values_list("command", flat=True))


def test_an_account_is_made_with_its_entry_and_an_argon2_hash(db: None) -> None:
    account = commands.create_account(email=" A@Example.org ", name="Aïcha", passphrase=PHRASE, at=AT, by=MACHINE)
    assert account.email == "a@example.org"
    assert account.password.startswith("argon2")
    assert account.check_password(PHRASE)
    assert acts() == ["create account"]
    with scope.everything():
        assert "Aïcha" not in str(Entry.objects.get().changes), "the journal holds no name"


@pytest.mark.parametrize("passphrase", ["short", "password1234", "123456789012345", "a@example.org"])
def test_a_weak_passphrase_is_refused_and_nothing_is_kept(db: None, passphrase: str) -> None:
    with pytest.raises(Refused):
        commands.create_account(email="a@example.org", name="A", passphrase=passphrase, at=AT, by=MACHINE)
    assert not Account.objects.exists()
    assert acts() == []


def test_an_address_opens_one_account_whatever_its_case(db: None) -> None:
    commands.create_account(email="a@example.org", name="A", passphrase=PHRASE, at=AT, by=MACHINE)
    with pytest.raises(Refused, match="already an account"):
        commands.create_account(email="A@EXAMPLE.ORG", name="B", passphrase=PHRASE, at=AT, by=MACHINE)


def test_roles_hold_from_their_day_until_they_end(tree: Tree) -> None:
    one = trees.account("one@example.org")
    other = trees.account("other@example.org")
    with within(of(tree.province)):
        role = commands.give_role(one, kind="reader", place=tree.near, since=ON, by=MACHINE, at=AT)
        commands.end_role(role, by=MACHINE, account=other, on=ON + timedelta(days=5), at=AT)
    assert queries.roles_of(one, on=ON - timedelta(days=1)) == []
    assert queries.roles_of(one, on=ON + timedelta(days=4)) == [role]
    assert queries.roles_of(one, on=ON + timedelta(days=5)) == []
    assert acts() == ["give role", "end role"]


def test_a_role_ends_once_and_not_by_its_own_holder(tree: Tree) -> None:
    one = trees.account("one@example.org", ("administrator", tree.near))
    other = trees.account("other@example.org", ("administrator", tree.near))
    with within(of(tree.near)):
        role = Role.objects.get(account=one)
        with pytest.raises(Refused, match="Nobody ends their own role"):
            commands.end_role(role, by=MACHINE, account=one, on=ON, at=AT)
        stale = Role.objects.get(account=one)
        commands.end_role(role, by=MACHINE, account=other, on=ON, at=AT)
        with pytest.raises(Refused, match="already ended"):
            commands.end_role(stale, by=MACHINE, account=other, on=ON, at=AT)
    assert acts() == ["end role"]


def test_a_role_is_not_given_beyond_ones_own_place(tree: Tree) -> None:
    one = trees.account("one@example.org")
    with within(of(tree.near)), pytest.raises(Refused, match="beyond your own"):
        commands.give_role(one, kind="reader", place=tree.far, since=ON, by=MACHINE, at=AT)
    with scope.everything():
        assert not Role.objects.exists()
    assert acts() == []


def token_of(made: commands.Invited) -> str:
    assert made.token is not None
    return made.token


def invited(tree: Tree, email: str = "new@example.org") -> commands.Invited:
    inviter = Account.objects.filter(email="admin@example.org").first() or trees.account("admin@example.org")
    with within(of(tree.province)):
        return commands.invite(email=email, name="Nouvelle", kind="analyst", place=tree.near, by=MACHINE, account=inviter, at=AT)


def test_an_invitation_opens_an_account_with_its_role(tree: Tree) -> None:
    made = invited(tree)
    assert made.token is not None
    assert made.token not in made.invitation.token_hash
    account = commands.accept(token_of(made), passphrase=PHRASE, on=ON, at=AT + timedelta(days=13))
    assert [(role.kind, role.place) for role in queries.roles_of(account, on=ON)] == [("analyst", "05.301.03")]
    assert acts() == ["invite", "create account", "accept invitation", "give role"]
    with scope.everything():
        actors = dict(Entry.objects.values_list("command", "actor"))
    own = str(account.pk)
    assert actors == {"invite": "test", "create account": own, "accept invitation": own, "give role": own}


def test_an_invitation_is_accepted_once(tree: Tree) -> None:
    made = invited(tree)
    commands.accept(token_of(made), passphrase=PHRASE, on=ON, at=AT)
    with pytest.raises(Refused, match="already used"):
        commands.accept(token_of(made), passphrase=PHRASE, on=ON, at=AT)
    assert Account.objects.filter(email="new@example.org").count() == 1


@pytest.mark.parametrize("late", [timedelta(days=14), timedelta(days=400)])
def test_an_old_invitation_has_expired(tree: Tree, late: timedelta) -> None:
    made = invited(tree)
    with pytest.raises(Refused, match="expired"):
        commands.accept(token_of(made), passphrase=PHRASE, on=ON, at=AT + late)
    with scope.everything():
        assert Invitation.objects.get().used_at is None


def test_an_unknown_link_opens_nothing(tree: Tree) -> None:
    with pytest.raises(Refused, match="no invitation"):
        commands.accept("x" * 43, passphrase=PHRASE, on=ON, at=AT)


def test_who_has_an_account_accepts_signed_in_alone(tree: Tree) -> None:
    known = commands.create_account(email="new@example.org", name="N", passphrase=PHRASE, at=AT, by=MACHINE)
    other = trees.account("other@example.org")
    made = invited(tree)
    for typed in (PHRASE, "thyme-saffron-almond-33"):
        with pytest.raises(Refused, match="already has an account"):
            commands.accept(token_of(made), passphrase=typed, on=ON, at=AT)
    with pytest.raises(Refused, match="already has an account"):
        commands.accept(token_of(made), account=other, on=ON, at=AT)
    account = commands.accept(token_of(made), account=known, on=ON, at=AT)
    assert [role.kind for role in queries.roles_of(account, on=date(2027, 1, 1))] == ["analyst"]
    assert acts() == ["create account", "invite", "accept invitation", "give role"]


def test_the_same_person_is_not_invited_twice_to_the_same_role(tree: Tree) -> None:
    invited(tree)
    with pytest.raises(Refused, match="already open"):
        invited(tree)
