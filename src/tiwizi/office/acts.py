"""An object's page as a list of acts: what a reader can do to it, why not yet, what it will do; one dispatcher for all.

The page declares its acts, the template draws them: `{% act acts.close %}`, `{% acts_menu acts.adjourn acts.withdraw %}`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from inspect import signature
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tiwizi.core.errors import Problem, Refused, Sentence, say
from tiwizi.office.answers import number_in, said
from tiwizi.office.lists.columns import Said, in_words
from tiwizi.people.acting import act_as, once_prepared
from tiwizi.people.doors import Request, View, page
from tiwizi.people.models import Role
from tiwizi.people.rules import ROLES

Target = TypeVar("Target", bound=Model)


class Act(Generic[Target]):
    """One thing that can be done to an object, from its page. Subclasses declare what stands below."""

    label: ClassVar[Any]
    """The words of its button. These four are texts, or functions of the act that give one."""
    summary: ClassVar[Any] = ""
    """What opens it in a menu, where that is not its label."""
    heading: ClassVar[Any] = ""
    note: ClassVar[Any] = ""
    """A sentence about what it does."""
    confirm: ClassVar[Said] = ""
    """The question asked before it is done, where it can't be undone."""
    asks: ClassVar[Mapping[str, Any]] = {}
    """The fields of its form by name; one that depends on the page is a function of the act."""
    form_class: ClassVar[type[forms.Form]] = forms.Form
    fields_template: ClassVar[str] = "office/parts/fields.html"
    permission: ClassVar[str] = ""
    """Who may do it, where that is not the permission of all acts of the page."""
    part: ClassVar[str] = ""
    """The part of the object that it is done to, such as one amendment of an item: a name that the page's `part_of` knows."""
    look: ClassVar[str] = "btn-primary"
    inline: ClassVar[bool] = False
    """Whether it stands in a line, as in the row of a table."""

    def __init__(self, page: Any, target: Target, *, sent: bool = False) -> None:
        self.page, self.target, self.sent, self.drawn = page, target, sent, False

    # What a subclass says.

    @staticmethod
    def why_not(*_args: Any, **_kwargs: Any) -> Sequence[Sentence]:
        """Every reason why it cannot be done now; empty means that it may."""
        return ()

    @staticmethod
    def do(*args: Any, **kwargs: Any) -> Any:
        """The command: it is given the object, the fields of the form, and of by, at, version, account what it asks for."""
        raise NotImplementedError

    @staticmethod
    def applies(act: Any) -> bool:
        """Whether it belongs on the page in the state in which the object is."""
        return True

    @staticmethod
    def figures(act: Any) -> Sequence[Sentence]:
        """What it will do, in figures, said with the question."""
        return ()

    def initial(self) -> Mapping[str, Any]:
        """What stands in its form before anything is typed, where it is not what the fields say."""
        return {}

    def new_form(self, *arguments: Any, **more: Any) -> forms.Form:
        """Its form."""
        form = self.form_class(*arguments, **{"initial": self.initial(), **more})
        form.fields |= {name: field(self) if callable(field) else deepcopy(field) for name, field in self.asks.items()}
        return form

    def arguments(self) -> Mapping[str, Any]:
        """What the command takes from the form."""
        return self.form.cleaned_data

    def back(self, _result: Any) -> str:
        """The address that shows what was done."""
        path: str = self.page.request.path
        return path

    # What is made of it.

    @classmethod
    def name(cls) -> str:
        """What forms and templates call it: OpenDebate is open_debate."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def key(self) -> str:
        """Its name, unlike that of the same act on another part of the object."""
        return f"{self.name()}-{self.target.pk}" if self.part else self.name()

    @property
    def on(self) -> int | None:
        """The number of the part."""
        return self.target.pk if self.part else None

    @cached_property
    def offered(self) -> bool:
        """Whether the reader sees it."""
        return self.page.role_for(self.permission or self.page.acting) is not None and (self.sent or self.applies(self))

    @cached_property
    def reasons(self) -> Sequence[Sentence]:
        """Why it cannot be done now."""
        return self.why_not(self.target)

    @cached_property
    def form(self) -> forms.Form:
        """Its form, with what was typed where it was sent."""
        data, files = (self.page.request.POST, self.page.request.FILES) if self.sent else (None, None)
        return self.new_form(data, files, auto_id=f"{self.key}-%s")

    @property
    def words(self) -> dict[str, str]:
        """What it says, in the reader's language."""
        declared = {name: getattr(self, name) for name in ("label", "heading", "note", "summary")}
        texts = {name: in_words(text(self) if callable(text) else text) for name, text in declared.items()}
        return texts | {"summary": texts["summary"] or texts["label"]}

    @property
    def question(self) -> str:
        """The question before it is done, with its figures."""
        return " ".join(map(in_words, [self.confirm, *self.figures(self)])) if self.confirm else ""

    @property
    def form_look(self) -> str:
        """The class of its form."""
        return "tw-inline" if self.inline else "tw-form" if self.form.fields else ""

    def prepare(self) -> Callable[[], str]:
        """Does what is slow, before the transaction begins; gives what is then done in it."""
        return self.perform

    def perform(self) -> str:
        """Does it; gives the address that shows what was done."""
        request = self.page.request
        given = {"account": request.user, "version": number_in(request, "version"), "by": request.actor, "at": timezone.now()}
        asked = signature(self.do).parameters
        return self.back(self.do(self.target, **{name: given[name] for name in given if name in asked}, **self.arguments()))

    def refuse(self, refused: Refused) -> None:
        """Shows every reason in the form, at the field that it speaks of."""
        self.form.is_valid()
        for problem in refused.problems:
            words = said(problem)
            text = " ".join(filter(None, [words["what"], *words["where"], words["why"], words["remedy"]]))
            self.form.add_error(problem.what.field if problem.what.field in self.form.fields else None, text)


class Unfit(Exception):
    """The form of an act does not hold what it asks for."""


class ActsPage(Generic[Target]):
    """An object's page. Subclasses declare what stands below; one object of it answers one request."""

    permission: ClassVar[str]
    """Who may come."""
    acting: ClassVar[str]
    """Who may act."""
    guarded: ClassVar[bool] = False
    """Whether only who may act sees it."""
    template: ClassVar[str]
    acts: ClassVar[Sequence[type[Act[Any]]]]

    def __init__(self, request: Request, **captured: Any) -> None:
        self.request, self.captured = request, captured
        self.object: Target = self.find(**captured)
        if self.guarded and self.role_for(self.acting) is None:
            raise PermissionDenied(self.acting)
        self.sent: Act[Any] | None = None

    # What a subclass says.

    def find(self, **captured: Any) -> Target:
        """The object that the address names. Raises Http404."""
        raise NotImplementedError

    def part_of(self, part: str, pk: int) -> Any:
        """A part of the object. Raises Http404."""
        raise Http404(part)

    def role_for(self, permission: str) -> Role | None:
        """The reader's role that gives a permission here."""
        return next((role for role in self.request.roles if permission in ROLES[role.kind].permissions), None)

    @property
    def version(self) -> int | None:
        """The version of what the acts change, which their forms send back."""
        return getattr(self.object, "version", None)

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        return {}

    # What is made of it.

    @classmethod
    def view(cls) -> View:
        """The view for the table of addresses: GET shows the page, POST does one act."""

        @require_http_methods(["GET", "HEAD", "POST"])
        def show(request: Request, **captured: Any) -> HttpResponse:
            made = cls(request, **captured)
            return made.post() if request.method == "POST" else made.show()

        show.__name__, show.__doc__ = cls.__name__, cls.__doc__
        # The tests of the house find every page by it.
        setattr(show, "acts_page", cls)  # noqa: B010 a function has no such attribute for the type checker
        return page(cls.permission)(show)

    def acts_on(self, target: Any, part: str = "") -> dict[str, Act[Any]]:
        """The acts on the object, or on one part of it, by name; the one that was sent with what was typed."""
        made = [kind(self, target) for kind in self.acts if kind.part == part]
        return {act.name(): self.sent if self.sent and self.sent.key == act.key else act for act in made}

    def show(self, status: int = 200) -> HttpResponse:
        """The page."""
        context = {"page": self, "acts": self.acts_on(self.object), **self.context()}
        return HttpResponse(render_to_string(self.template, context, self.request), status=status)

    def post(self) -> HttpResponse:
        """Does the act that the form names, once. Refused, it comes back with every reason and with what was typed."""
        only = self.acts[0].name() if len(self.acts) == 1 else ""
        kind = next((kind for kind in self.acts if kind.name() == self.request.POST.get("act", only)), None)
        if kind is None:
            raise Http404("act")
        act_as(self.request, self.role_for(kind.permission or self.acting), kind.permission or self.acting)
        try:
            return HttpResponseRedirect(once_prepared(self.request, kind.name(), lambda: self._send(kind).prepare()), status=303)
        except Unfit:
            return self._again(kind, None)
        except Refused as refused:
            return self._again(kind, refused)

    def _send(self, kind: type[Act[Any]]) -> Act[Any]:
        """The act with its form as it was sent. Raises Unfit where the form lacks what it asks for."""
        target = self.part_of(kind.part, number_in(self.request, "on")) if kind.part else self.object
        act = kind(self, target, sent=True)
        if not act.form.is_valid():
            raise Unfit
        return act

    def _again(self, kind: type[Act[Any]], refused: Refused | None) -> HttpResponse:
        """The page as it is now, with the form that was refused; where it is no longer on the page, the reasons alone."""
        shown = type(self)(self.request, **self.captured)
        target = shown.part_of(kind.part, number_in(self.request, "on")) if kind.part else shown.object
        shown.sent = act = kind(shown, target, sent=True)
        if refused:
            act.refuse(refused)
        response = shown.show(status=409 if refused else 400)
        if not act.drawn:
            raise refused or Refused(Problem(say("The page changed meanwhile: this form can no longer be sent.")))
        return response


def facts(columns: Iterable[Any], row: Any) -> list[tuple[Any, Any]]:
    """What a definition list shows of an object: columns as in a list, each with its value, those without one left out."""
    values = ((column, column.values([row])[0]) for column in columns)
    return [(column, value) for column, value in values if value not in (None, "", False)]


class ActPage(ActsPage[Target]):
    """A page for one act alone, whose form is long."""

    template = "office/act.html"

    def title(self) -> Said:
        """What it is called."""
        label: Said = self.acts[0].label
        return label

    def path(self) -> Sequence[tuple[str, str]]:
        """The pages above it: addresses and words."""
        return ()

    def show(self, status: int = 200) -> HttpResponse:
        """The act, or why it can't be done."""
        if self.role_for(self.acts[0].permission or self.acting) is None:
            raise PermissionDenied(self.acting)
        return super().show(status)

    def context(self) -> dict[str, Any]:
        """Title, path and act."""
        return {"title": in_words(self.title()), "path": self.path(), "act": next(iter(self.acts_on(self.object).values()))}
