"""A list page: one class with its columns, filters, sorts and words, from which the table and its files are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, Generic, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tiwizi.office.answers import FORMATS
from tiwizi.office.lists.columns import Column, Said, in_words
from tiwizi.office.lists.files import file_of
from tiwizi.office.lists.filters import Filter
from tiwizi.people.acting import Personal, once
from tiwizi.people.doors import PUBLIC, Request, View, page, public
from tiwizi.people.rules import permits

Row = TypeVar("Row")
LONGEST: Final = 200
"""Letters of a filter that are read."""
WORDS: Final = {"xlsx": _("Excel"), "csv": "CSV", "json": "JSON", "parquet": "Parquet"}


@dataclass(frozen=True)
class Action:
    """A button above the list, for who has the permission: the name of an address, and words."""

    to: str
    words: Said
    permission: str = ""
    primary: bool = False
    args: tuple[str, ...] = ()
    query: str = ""

    @property
    def url(self) -> str:
        """The address."""
        return reverse(self.to, args=self.args) + self.query

    @property
    def label(self) -> str:
        """The words in the reader's language."""
        return in_words(self.words)


@dataclass(frozen=True)
class Sort:
    """One order of the rows: what it is called, and the fields that it goes by."""

    name: str
    label: Said
    fields: tuple[str, ...]


class ListPage(Generic[Row]):
    """A list. Subclasses declare what stands below; one object of it answers one request."""

    permission: ClassVar[str]
    """Who may come: a permission, or doors.PUBLIC."""
    name: ClassVar[str]
    personal: ClassVar[bool]
    """Whether its files carry names of people: then the journal says who takes one away."""
    title: ClassVar[Said]
    heading: ClassVar[Said] = ""
    """Above the list, where it is not the title."""
    caption: ClassVar[Said] = ""
    """Of the table, for screen readers: what the rows are and in which order."""
    intro: ClassVar[Sequence[Said]] = ()
    """Sentences above the list."""
    path: ClassVar[Sequence[Action]] = ()
    """The pages above this one."""
    path_part: ClassVar[str] = ""
    """The component that shows them, where they differ from row to row."""
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Filter]] = ()
    sorts: ClassVar[Sequence[Sort]] = ()
    """The first is that of a list nobody sorted."""
    actions: ClassVar[Sequence[Action]] = ()
    empty: ClassVar[Said]
    """What a list without any row says: what to do next."""
    unmatched: ClassVar[Said] = _("Nothing fits what you ask for.")
    """The same where the filter leaves nothing."""
    above: ClassVar[str] = ""
    """A component above the table, and one below it; `more` gives them what they need."""
    below: ClassVar[str] = ""
    adding: ClassVar[tuple[Said, Said, str]] = ("", "", "")
    """Of the form below the list: its heading, its button, and the command for which a form acts once."""
    per_page: ClassVar[int] = 50
    exported: ClassVar[int] = 5_000
    """Rows of a file at most."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.asked = {one.name: request.GET.get(one.name, "").strip()[:LONGEST] for one in self.filters}
        fitting = [one for one in self.sorts if one.name == request.GET.get("sort", "")]
        self.visible = [one for one in self.columns if not one.permission or self.permits(one.permission)]
        self.sort = next(iter([*fitting, *self.sorts]), None)

    # What a subclass says.

    def rows(self) -> Any:
        """Every row that the reader may see: a query, or a sequence."""
        raise NotImplementedError

    def form(self) -> forms.Form | None:
        """The form that adds a row, for who may add one."""
        return None

    def form_note(self) -> str:
        """What stands above the form: where the row will be added, say."""
        return ""

    def act_for(self, form: Any) -> None:
        """Says in the journal in which role the reader adds what the form holds. Raises PermissionDenied where none may."""

    def add(self, form: Any) -> str:
        """Adds a row from a valid form; returns the address that shows it."""
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        """What the components above and below the table need."""
        return {}

    def marks(self, _row: Any) -> dict[str, str]:
        """Attributes of a row's element: the identifier by which other pages point at it, say."""
        return {}

    def nothing(self) -> Said:
        """What to do next, where there is no row."""
        return self.empty

    # What is made of it.

    @classmethod
    def view(cls) -> View:
        """The view for the table of addresses, behind the door of the permission."""
        methods = ["GET", "HEAD", "POST"] if cls.adding[2] else ["GET", "HEAD"]

        @require_http_methods(methods)
        def show(request: Request) -> HttpResponse:
            return cls(request).answer()

        show.__name__, show.__doc__ = cls.__name__, cls.__doc__
        # The tests of the house find every list by it.
        setattr(show, "list_page", cls)  # noqa: B010 a function has no such attribute for the type checker
        return public(show) if cls.permission == PUBLIC else page(cls.permission)(show)

    def answer(self) -> HttpResponse:
        """GET shows the list or sends a file; POST adds a row, where there is a form for it."""
        form = self.form() if self.adding[2] else None
        if self.request.method == "POST":
            if form is None:
                raise PermissionDenied(self.adding[2])
            if form.is_valid():
                self.act_for(form)
                return HttpResponseRedirect(once(self.request, self.adding[2], lambda: self.add(form)), status=303)
        kind = self.request.GET.get("format", "")
        if kind in FORMATS and self.request.method != "POST":
            return self.file(kind)
        return render(self.request, "office/list.html", self.context() | {"form": form} | self.more())

    def context(self) -> dict[str, Any]:
        """What office/list.html shows."""
        return {
            "list": self,
            "words": self.words(),
            "buttons": [one for one in self.buttons() if not one.permission or self.permits(one.permission)],
            "heads": self.heads(),
            "lines": self.lines(),
            "fields": self.fields(),
            "orders": [(one, in_words(one.label)) for one in self.sorts] if len(self.sorts) > 1 else [],
        }

    def permits(self, permission: str) -> bool:
        """Whether the reader has a role with this permission."""
        return permits([role.kind for role in getattr(self.request, "roles", [])], permission)

    def found(self) -> Any:
        """The rows that fit the filters, in the order asked for."""
        rows = self.rows()
        for one in self.filters:
            if value := self.asked[one.name]:
                rows = one.apply(rows, value)
        return rows.order_by(*self.sort.fields) if self.sort else rows

    def for_file(self) -> Any:
        """The rows of a file: those that fit, up to the most that it holds."""
        return self.found()[: self.exported]

    def file_name(self) -> str:
        """Of the files, in ASCII."""
        return self.name

    def hidden(self) -> list[tuple[str, str]]:
        """What else the form above the table sends."""
        return []

    def file(self, kind: str) -> HttpResponse:
        """The rows as declared: titles in the reader's language, names beside codes, typed numbers and days."""
        rows = list(self.for_file())
        name, title = self.file_name(), self.title
        return file_of(self.request, kind, self.visible, rows, name=name, title=title, personal=self.on_record())

    def on_record(self) -> Personal | None:
        """What the journal calls its files, at the place of the reader's role; None where they carry no names of people."""
        if not self.personal:
            return None
        role = self.request.role
        return Personal(self.request, "list", self.name, place=role.place, position=role.position)

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for."""
        return Paginator(self.found(), self.per_page).get_page(self.request.GET.get("page"))

    def asks(self) -> bool:
        """Whether the form above the table is shown."""
        return self.filtered or bool(self.page.object_list)

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return any(self.asked.values())

    @property
    def cut(self) -> bool:
        """Whether a file holds fewer rows than fit."""
        return self.page.paginator.count > self.exported

    def words(self) -> dict[str, Any]:
        """The declared words in the reader's language."""
        return {
            "title": in_words(self.title),
            "heading": in_words(self.heading or self.title),
            "caption": in_words(self.caption or self.title),
            "intro": [in_words(one) for one in self.intro],
            "empty": str(in_words(self.nothing())),
            "unmatched": in_words(self.unmatched),
            "adding": [in_words(one) for one in self.adding[:2]],
        }

    def buttons(self) -> Sequence[Action]:
        """The buttons above the list."""
        return self.actions

    def formats(self) -> list[tuple[str, str]]:
        """The files that the list can be had as, with their words."""
        return [(kind, str(WORDS[kind])) for kind in FORMATS]

    def heads(self) -> list[tuple[Column, str]]:
        """The columns that stand side by side, each with the direction by which the rows are sorted by it, if any."""
        main = [one for one in self.visible if one.shown and not one.under]
        direction = "descending" if self.sort and self.sort.fields[0].startswith("-") else "ascending"
        return [(one, direction if self.sort and one.sort == self.sort.name else "") for one in main]

    def lines(self) -> list[dict[str, Any]]:
        """The rows of the page: each value with its column and with the notes under it."""
        rows = list(self.page)
        values = {one.name: one.values(rows) for one in self.visible if one.shown}
        main = [one for one in self.visible if one.shown and not one.under]
        notes = {one.name: [note for note in self.visible if note.shown and note.under == one.name] for one in main}

        def cell(one: Column, at: int) -> tuple[Column, Any, list[tuple[Column, Any]]]:
            under = [(note, values[note.name][at]) for note in notes[one.name]]
            return one, values[one.name][at], [(note, value) for note, value in under if value not in (None, "", False)]

        return [{"marks": self.marks(row), "cells": [cell(one, at) for one in main]} for at, row in enumerate(rows)]

    def fields(self) -> list[dict[str, Any]]:
        """The fields of the form above the table."""
        rows = self.rows() if self.filters else None
        return [
            {
                "name": one.name,
                "kind": one.kind,
                "label": one.words(self.columns),
                "value": self.asked[one.name],
                "choices": one.choices(rows, self.columns),
                "all": _("all"),
            }
            for one in self.filters
        ]
