"""What an app declares in its module `app`; who needs to know of it reads it here, and never imports the app.

Apps are found by Django's list of installed apps, and their modules imported once all models are ready.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal, get_args

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from tiwizi.core.errors import Sentence


@dataclass(frozen=True)
class Task:
    """One thing that waits for somebody: what, why, and where to go on."""

    what: Sentence
    why: Sentence
    address: str


@dataclass(frozen=True)
class Question:
    """What waits for those who have a permission, asked in the scope of that permission.

    `ask` takes the number of the reader's account and the moment. The lowest rank comes first: what holds up others.
    """

    rank: int
    permission: str
    ask: Callable[[int, datetime], Iterable[Task]]


@dataclass(frozen=True)
class Section:
    """An entry of the menu for those who have a permission: the name of its address, its words; the lowest rank comes first."""

    rank: int
    permission: str
    address: str
    words: str | Promise


@dataclass(frozen=True)
class Row:
    """Stands for an attribute of a row at the reader's place: a row of this model that is as `where` says."""

    model: type[Model]
    attribute: str = "pk"
    where: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """How the walk of all addresses (tests/web/test_scope_walk.py) asks one: what it captures, what its query holds.

    Values stand for themselves, a Row for a row at the place. `file`: it sends one file whatever format is asked for. `door`:
    `public` for anybody, `own` for anybody with an account, of their own account alone.
    """

    captures: tuple[object, ...] = ()
    query: Mapping[str, object] = field(default_factory=dict)
    file: bool = False
    door: Literal["public", "own", ""] = ""


@dataclass(frozen=True)
class History:
    """What the commands on a kind of object, and the object's states, are called in its history."""

    commands: Mapping[str, str | Promise | Sentence] = field(default_factory=dict)
    states: Mapping[str, str | Promise | Sentence] = field(default_factory=dict)


@dataclass(frozen=True)
class App:
    """What one app declares.

    `acts` and `kinds` are the words of its commands and of the kinds of its objects in the journal, `histories` those of an
    object's history, by its kind. `cases` are its addresses that capture something, need a query, or are open without a role.
    `matters` says what adopting a matter of a kind does (committees.commands.effects.Effect), `pack_sheets` what a session's pack
    shows (committees.documents.packs.Extra), `checks` are its steps of `tiwizi verify`.
    """

    acts: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = ()
    cases: Mapping[str, Case] = field(default_factory=dict)
    histories: Mapping[str, History] = field(default_factory=dict)
    matters: Mapping[str, Any] = field(default_factory=dict)
    pack_sheets: tuple[Any, ...] = ()
    checks: tuple[Callable[[], Iterator[Sentence]], ...] = ()


Mapped = Literal["acts", "kinds", "cases", "histories", "matters"]


@cache
def declared() -> tuple[App, ...]:
    """What each installed app declares, the lowest app first."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith(f"{__package__}.")]
    modules = [import_module(f"{config.name}.app") for config in ours if module_has_submodule(config.module, "app")]
    return tuple(module.APP for module in modules)


@cache
def mapped(part: Mapped) -> Mapping[str, Any]:
    """One mapping of what all apps declare of a part. Raises ValueError where two declare the same key."""
    return MappingProxyType(merged(declared(), part))


def merged(declarations: Iterable[App], part: Mapped) -> dict[str, Any]:
    """The same of these declarations."""
    together: dict[str, Any] = {}
    for app in declarations:
        own = getattr(app, part)
        if twice := together.keys() & own.keys():
            raise ValueError(f"two apps declare {part} of {', '.join(sorted(twice))}")
        together |= own
    return together


def listed(part: Literal["sections", "questions", "pack_sheets", "checks"]) -> list[Any]:
    """One list of what all apps declare of a part; what has a rank by its rank."""
    together = [one for app in declared() for one in getattr(app, part)]
    return sorted(together, key=lambda one: getattr(one, "rank", 0))


def check() -> None:
    """Reads what all apps declare. Raises ValueError where two declare the same key."""
    for part in get_args(Mapped):
        mapped(part)
