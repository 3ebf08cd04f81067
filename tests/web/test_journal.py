"""The page of the journal: every act, kind and part is called by words, in each language."""

import ast
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests import trees
from tests.trees import AT, Tree

import tiwizi
from tiwizi import registration
from tiwizi.database import scope
from tiwizi.journal import commands
from tiwizi.journal.commands import Actor
from tiwizi.journal.models import Entry
from tiwizi.web.pages.journal import PARTS

WRITERS = {"write", "_write", "record", "_record", "_recorded"}


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def calls() -> list[ast.Call]:
    found: list[ast.Call] = []
    for module in Path(tiwizi.__file__).parent.rglob("*.py"):
        found += [call for call in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(call, ast.Call)]
    return found


def texts(call: ast.Call, *, names: set[str]) -> set[str]:
    """The text that a call to one of these functions begins with."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said_by_whom = name == "record" or any(keyword.arg == "by" for keyword in call.keywords)
    if name in names and said_by_whom and call.args and isinstance(call.args[0], ast.Constant):
        return {str(call.args[0].value)}
    return set()


def test_every_command_that_writes_to_the_journal_is_called_by_words() -> None:
    written = {text for call in calls() for text in texts(call, names=WRITERS)}
    assert len(written) > 60
    assert written - set(registration.mapped("acts")) == set()


def test_every_file_with_names_of_people_is_called_by_words() -> None:
    files = [call.args[1] for call in calls() if getattr(call.func, "id", "") == "Personal"]
    kinds = {str(kind.value) for kind in files if isinstance(kind, ast.Constant)} | {"document", "scan"}
    # The kind of a document or a scan is the name of its model.
    assert len(files) == 6
    assert kinds - set(registration.mapped("kinds")) == set()


def test_who_has_no_account_and_no_role_of_the_office_is_called_by_words() -> None:
    named: set[str] = set()
    for call in calls():
        if getattr(call.func, "id", "") == "Actor":
            parts = [*call.args, *(keyword.value for keyword in call.keywords)]
            named |= {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    assert named - {""} == set(PARTS)


@pytest.mark.parametrize(
    "actor", [Actor("demonstration", ""), Actor("", "demonstration"), Actor("server", ""), Actor("", "program")]
)
def test_the_page_shows_the_words_and_not_the_code(tree: Tree, actor: Actor) -> None:
    with scope.everything(), transaction.atomic():
        entry = commands.write(
            "begin", by=actor, at=AT, kind="run", object_id="1", place="05.301", position=tree.province.position
        )
    client = Client()
    client.force_login(trees.account("officer@example.org", ("officer", tree.province)))
    client.cookies["django_language"] = "en"
    page = client.get(reverse("journal")).content.decode()
    with scope.everything():
        digest = Entry.objects.get(number=entry.number).hash
    row = page.partition(f'id="entry-{digest[:12]}"')[2].partition("</tr>")[0]
    code = actor.account or actor.role
    assert PARTS[code] in row
    assert f">{code}<" not in row
