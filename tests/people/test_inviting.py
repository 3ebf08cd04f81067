"""Inviting with a second person: nobody grows their own rights, the link goes by letter alone, one of two at once confirms."""

import importlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests import trees
from tests.own_office import new_office
from tests.people.racers import ROUNDS
from tests.trees import AT, MACHINE, ON, Tree, of

from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.database.scope import within
from tiwizi.journal.models import Entry
from tiwizi.people import commands, founding, queries
from tiwizi.people.founding import Founder
from tiwizi.people.models import Account, Founding, Invitation, Role
from tiwizi.people.rules import ROLES

PHRASE = "cedar-falcon-olive-71"
second_person: Any = importlib.import_module("tiwizi.people.migrations.0002_second_person")


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def acts() -> list[str]:
    with scope.everything():
        return list(Entry.objects.order_by("number").values_list("command", flat=True))


def entered(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return client


def invited(tree: Tree, inviter: Account, kind: str = "local_secretary", email: str = "new@example.org") -> Invitation:
    with within(of(tree.province)):
        made = commands.invite(email=email, name="N", kind=kind, place=tree.near, by=MACHINE, account=inviter, at=AT)
    assert (made.token is None) is ROLES[kind].confirmed
    return made.invitation


@pytest.mark.parametrize("kind", sorted(kind for kind in ROLES if ROLES[kind].confirmed))
def test_a_role_that_decides_is_given_by_two_people(tree: Tree, kind: str) -> None:
    admin = trees.account("admin@example.org", ("administrator", tree.province))
    second = trees.account("chair@example.org", ("chair", tree.province))
    invitation = invited(tree, admin, kind)
    with within(of(tree.province)):
        with pytest.raises(Refused, match="second person confirms it"):
            commands.confirm(invitation, by=MACHINE, account=admin, at=AT)
        with pytest.raises(Refused, match="has not confirmed"):
            commands.send_again(invitation, by=MACHINE, at=AT)
        made = commands.confirm(invitation, by=MACHINE, account=second, at=AT)
        with pytest.raises(Refused, match="confirmed already"):
            commands.confirm(invitation, by=MACHINE, account=second, at=AT)
    assert made.token
    account = commands.accept(made.token, passphrase=PHRASE, on=ON, at=AT)
    assert [role.kind for role in queries.roles_of(account, on=ON)] == [kind]
    assert acts() == ["invite", "confirm invitation", "create account", "accept invitation", "give role"]


def test_the_invited_person_does_not_confirm_their_own_invitation(tree: Tree) -> None:
    admin = trees.account("admin@example.org", ("administrator", tree.province))
    chair = trees.account("chair@example.org", ("chair", tree.province))
    invitation = invited(tree, admin, "provincial_secretary", email="Chair@example.org")
    with within(of(tree.province)), pytest.raises(Refused, match="addressed to you"):
        commands.confirm(invitation, by=MACHINE, account=chair, at=AT)
    assert acts() == ["invite"]


def test_an_unconfirmed_invitation_opens_nothing_whoever_holds_a_link(tree: Tree) -> None:
    admin = trees.account("admin@example.org")
    invitation = invited(tree, admin)
    with scope.everything():
        Invitation.objects.filter(pk=invitation.pk).update(token_hash=commands.hashed("known"))
    with pytest.raises(Refused, match="has not confirmed"):
        commands.accept("known", passphrase=PHRASE, on=ON, at=AT)
    assert not Account.objects.filter(email="new@example.org").exists()


def test_a_new_letter_carries_a_new_link_and_the_old_one_ends(tree: Tree) -> None:
    admin = trees.account("admin@example.org")
    with within(of(tree.province)):
        old = commands.invite(email="n@example.org", name="N", kind="reader", place=tree.near, by=MACHINE, account=admin, at=AT)
        new = commands.send_again(old.invitation, by=MACHINE, at=AT + timedelta(days=1))
    assert old.token
    assert new.token
    assert commands.waiting(old.token) is None
    commands.accept(new.token, passphrase=PHRASE, on=ON, at=AT)
    with within(of(tree.province)), pytest.raises(Refused, match="already used"):
        commands.send_again(old.invitation, by=MACHINE, at=AT)


@pytest.mark.parametrize(("first", "then"), [("administrator", "chair"), ("local_secretary", "administrator")])
def test_an_administrator_holds_no_role_that_decides(tree: Tree, first: str, then: str) -> None:
    one = trees.account("one@example.org")
    other = trees.account("other@example.org")
    with within(of(tree.province)):
        role = commands.give_role(one, kind=first, place=tree.near, since=ON, by=MACHINE, at=AT)
        with pytest.raises(Refused, match="holds no role that decides"):
            commands.give_role(one, kind=then, place=tree.far, since=ON, by=MACHINE, at=AT)
        with pytest.raises(Refused, match="holds no role that decides"):
            commands.invite(email="ONE@example.org", name="N", kind=then, place=tree.far, by=MACHINE, account=other, at=AT)
        commands.end_role(role, by=MACHINE, account=other, on=ON + timedelta(days=1), at=AT)
        commands.give_role(one, kind=then, place=tree.far, since=ON + timedelta(days=1), by=MACHINE, at=AT)
    assert acts() == ["give role", "end role", "give role"]


def test_the_database_itself_refuses_the_clash_and_a_confirmation_by_the_inviter(tree: Tree) -> None:
    one = trees.account("one@example.org", ("administrator", tree.near), ("reader", tree.far))
    values = {"place": tree.far.code, "position": tree.far.position, "last": tree.far.last, "since": ON}
    with within(of(tree.far)):
        for kind in (code for code in ROLES if ROLES[code].decides):
            with pytest.raises(IntegrityError, match="holds no role"), transaction.atomic():
                Role.objects.create(account=one, kind=kind, **values)
        with pytest.raises(IntegrityError, match="a role only ends"), transaction.atomic():
            Role.objects.filter(account=one, kind="reader").update(kind="chair")
    invitation = invited(tree, one)
    with within(of(tree.near)), pytest.raises(IntegrityError, match="second person"), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(confirmed_by=one, confirmed_at=AT)


def test_the_triggers_name_the_roles_that_the_rules_name() -> None:
    for kind in ROLES.values():
        assert (f"'{kind.code}'" in second_person.DECIDES) is kind.decides
        assert (f"'{kind.code}'" in second_person.INVITES) is ("people.invite" in kind.permissions)


def test_an_office_is_founded_once_by_two_people(tree: Tree) -> None:
    people = [Founder("admin@example.org", "A", "administrator"), Founder("gov@example.org", "G", "chair")]
    made = founding.found(tree.province, people, reference="Arrêté 12/2026", on=ON, at=AT)
    assert [account.has_usable_password() for account in made] == [False, False]
    assert acts() == ["found office", "create account", "give role", "create account", "give role"]
    assert not founding.is_demonstration()
    with pytest.raises(Refused, match="founded already"):
        founding.found(tree.province, people, reference="Arrêté 13/2026", on=ON, at=AT)
    assert Founding.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Founding(pk=2, place="x", reference="x", at=AT).save(force_insert=True)


@pytest.mark.parametrize(
    ("kinds", "reference", "reason"),
    [
        (["administrator"], "Arrêté 12", "second person"),
        (["administrator", "reader"], "Arrêté 12", "second person"),
        (["chair", "officer"], "Arrêté 12", "administrator"),
        (["administrator", "chair"], " . ", "Name the decision"),
        (["administrator", "king"], "Arrêté 12", "no role king"),
    ],
)
def test_why_not_found(kinds: list[str], reference: str, reason: str) -> None:
    people = [Founder(f"{kind}@example.org", kind, kind) for kind in kinds]
    said = founding.why_not_found(founded=False, people=people, reference=reference)
    assert reason in " ".join(map(str, said))
    assert any("founded already" in str(one) for one in founding.why_not_found(founded=True, people=people, reference=reference))


def test_the_founders_have_an_address_each() -> None:
    people = [Founder("a@example.org", "A", "administrator"), Founder("A@example.org ", "A", "chair")]
    assert "address of their own" in str(founding.why_not_found(founded=False, people=people, reference="Arrêté 12")[0])


@pytest.mark.parametrize("act", ["send again", "accept"])
def test_a_link_that_ends_while_it_is_being_accepted_opens_nothing(tree: Tree, act: str) -> None:
    admin = trees.account("admin@example.org")
    with within(of(tree.province)):
        made = commands.invite(email="n@example.org", name="N", kind="reader", place=tree.near, by=MACHINE, account=admin, at=AT)
    assert made.token
    ended = False

    def meanwhile(execute: Any, query: str, parameters: Any, many: bool, context: Any) -> Any:
        """Ends the link once the acceptance has read its invitation, before it holds it."""
        nonlocal ended
        answer = execute(query, parameters, many, context)
        if not ended and "token_hash" in query and "WHERE" in query:
            ended = True
            with scope.everything():
                if act == "accept":
                    commands.accept(made.token or "", passphrase=PHRASE, on=ON, at=AT)
                else:
                    commands.send_again(made.invitation, by=MACHINE, at=AT)
        return answer

    with connection.execute_wrapper(meanwhile), pytest.raises(Refused) as refused:
        commands.accept(made.token, passphrase=PHRASE, on=ON, at=AT)
    assert ended
    reason = "already used" if act == "accept" else "no invitation has this link"
    assert reason in str(refused.value.problems[0].what)
    assert acts() == (
        ["invite", "create account", "accept invitation", "give role"] if act == "accept" else ["invite", "send invitation again"]
    )


@pytest.mark.django_db  # its own office is a copy of the tables made for tests
@pytest.mark.parametrize(
    ("act", "entries"),
    [
        ("confirm", {"invite": ROUNDS, "confirm invitation": ROUNDS}),
        ("invite", {"invite": ROUNDS}),
        ("accept", {"invite": ROUNDS, "create account": ROUNDS, "accept invitation": ROUNDS, "give role": ROUNDS}),
        ("accept two", {"invite": 2 * ROUNDS, "create account": ROUNDS, "accept invitation": ROUNDS, "give role": ROUNDS}),
        ("give role", {"give role": ROUNDS}),
        ("create account", {"create account": ROUNDS}),
    ],
)
def test_of_several_people_who_act_at_once_one_succeeds_and_the_others_are_refused(
    django_db_setup: None, tmp_path: Path, act: str, entries: dict[str, int]
) -> None:
    with new_office(tmp_path) as office:
        command = [sys.executable, "-m", "tests.people.racers", act]
        ran = subprocess.run(command, env=office.environment, cwd=Path(__file__).parents[2], capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"done": [1] * ROUNDS, "refused": [2] * ROUNDS, "entries": entries}
