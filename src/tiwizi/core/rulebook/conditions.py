"""Conditions on a household's answers: `water_minutes > 30 or water_source in ['river', 'spring']`, checked before anything
runs. A condition is parsed as an expression and never executed as code: names of columns, numbers, texts in quotes, true and
false, comparisons, `in` and `not in` a list, `and`, `or`, `not`, `+`, `-`, `*`, and `missing(column)`. Each part has a type,
and a part of the wrong type is refused with its place and remedy. Where an answer is missing, the condition may be: `true or
missing` is true, `false and missing` is false, anything else that depends on a missing answer is missing (Kleene's logic),
in every engine.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Literal

import narwhals as nw

from tiwizi.core.errors import BadRulebook, Problem, Sentence, say
from tiwizi.core.rulebook.subjects import Answer

Kind = Literal["number", "text", "flag"]

LONGEST: Final = 2_000
"""Characters of the longest condition: a longer one is a mistake, or an attempt to exhaust the parser."""
_DEEPEST: Final = 50
_LARGEST: Final = 400
_WHOLE: Final = 2**53

_KINDS: Final[Mapping[Kind, Sentence]] = {
    "number": say("a number"),
    "text": say("a text"),
    "flag": say("true or false"),
}
_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], nw.Expr]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], nw.Expr]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


@dataclass(frozen=True)
class Condition:
    """A checked condition: its text, the columns that it reads in the order of their first mention, and its expression."""

    text: str
    columns: tuple[str, ...]
    expression: nw.Expr


@dataclass(frozen=True)
class _Part:
    kind: Kind
    expression: nw.Expr


class _WrongError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text())
        self.problem = problem


def kinds(schema: nw.Schema) -> dict[str, Kind]:
    """The columns of a table that a condition may name, with their types: dates and nested columns are left out."""
    columns: dict[str, Kind] = {}
    for name, dtype in schema.items():
        if dtype == nw.Boolean:
            columns[name] = "flag"
        elif dtype.is_numeric():
            columns[name] = "number"
        elif dtype in (nw.String, nw.Categorical, nw.Enum):
            columns[name] = "text"
    return columns


def schema_of(answers: Iterable[Answer]) -> nw.Schema:
    """The columns that conditions may read, as the rulebook declares them."""
    types = {"number": nw.Float64(), "text": nw.String(), "flag": nw.Boolean()}
    return nw.Schema({answer.column: types[answer.kind] for answer in answers})


def condition(text: str, *, schema: nw.Schema, where: Sentence) -> Condition:
    """The condition that a text writes, to be run on any table of this schema.

    `where` comes first in an error (which indicator, which rule). Raises BadRulebook: unreadable, too long or too deep,
    an unknown column, a wrong type, anything that is not a comparison of answers.
    """
    try:
        return _Reader(text, schema, where).read()
    except _WrongError as wrong:
        raise BadRulebook(wrong.problem) from None


class _Reader:
    def __init__(self, text: str, schema: nw.Schema, where: Sentence) -> None:
        self.text, self.where = text.strip(), where
        self.kinds = kinds(schema)
        self.floats = {name for name, dtype in schema.items() if dtype.is_float()}
        self.used: dict[str, None] = {}

    def read(self) -> Condition:
        if len(self.text) > LONGEST:
            raise self.wrong(say("this condition is longer than {most} characters.", most=LONGEST), say("Shorten it."))
        try:
            tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            at = getattr(error, "offset", None) or 1
            raise self.wrong(
                say("this condition cannot be read from character {at} on: {text}", at=at, text=self.text[max(at - 1, 0) :][:40]),
                say("Write comparisons of columns joined by and, or, not, with texts in quotes: {example}.", example=_EXAMPLE),
            ) from None
        if _depth(tree) > _DEEPEST or sum(1 for _ in ast.walk(tree)) > _LARGEST:
            raise self.wrong(say("this condition has too many parts."), say("Shorten it."))
        part = self.flag(tree)
        if not self.used:
            raise self.wrong(
                say("this condition names no column."), say("Compare a column of answers, such as: {example}.", example=_EXAMPLE)
            )
        return Condition(self.text, tuple(self.used), part)

    def wrong(self, what: Sentence, remedy: Sentence, node: ast.AST | None = None) -> _WrongError:
        where = [self.where]
        if node is not None:
            where.append(say("character {at}, at {text}", at=node.col_offset + 1, text=_source(self.text, node)))  # type: ignore[attr-defined]
        return _WrongError(Problem(what=what, where=where, remedy=remedy))

    def flag(self, node: ast.expr) -> nw.Expr:
        part = self.part(node)
        if part.kind != "flag":
            raise self.wrong(
                say("this is {kind}, where true or false is wanted.", kind=_KINDS[part.kind]),
                say(
                    "Compare it with something, such as: {example}.", example=f"{_source(self.text, node)} == {_LIKE[part.kind]}"
                ),
                node,
            )
        return part.expression

    def part(self, node: ast.expr) -> _Part:
        match node:
            case ast.BoolOp(op, values):
                joined = operator.and_ if isinstance(op, ast.And) else operator.or_
                return _Part("flag", reduce(joined, [self.flag(value) for value in values]))
            case ast.UnaryOp(ast.Not(), operand):
                return _Part("flag", ~self.flag(operand))
            case ast.UnaryOp(ast.USub(), operand):
                return _Part("number", self.number(operand) * -1)
            case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
                return _Part("number", _ARITHMETIC[type(op)](self.number(left), self.number(right)))
            case ast.Compare():
                return _Part("flag", reduce(operator.and_, self.compared(node)))
            case ast.Name(id):
                return self.column(id, node)
            case ast.Constant(value):
                return self.constant(value, node)
            case ast.Call(ast.Name("missing"), [ast.Name(id)], []):
                return _Part("flag", self.column(id, node).expression.is_null())
        raise self.wrong(
            say("this is not allowed in a condition."),
            say("Write comparisons of columns joined by and, or, not, with texts in quotes: {example}.", example=_EXAMPLE),
            node,
        )

    def column(self, name: str, node: ast.expr) -> _Part:
        if name in ("true", "false"):
            return _Part("flag", nw.lit(name == "true"))
        if name not in self.kinds:
            near = difflib.get_close_matches(name, list(self.kinds), n=1)
            raise self.wrong(
                say("there is no column {column} with answers.", column=name),
                say("Did you mean {near}?", near=near[0])
                if near
                else say("The columns found are: {found}.", found=", ".join(sorted(self.kinds))),
                node,
            )
        self.used[name] = None
        read = nw.col(name)
        # NaN counts as a missing answer: engines would sort it above every number.
        return _Part(self.kinds[name], nw.when(~read.is_nan()).then(read) if name in self.floats else read)

    def constant(self, value: object, node: ast.expr) -> _Part:
        if isinstance(value, bool):
            return _Part("flag", nw.lit(value))
        if isinstance(value, (int, float)) and abs(value) <= _WHOLE:
            return _Part("number", nw.lit(value))
        if isinstance(value, str):
            return _Part("text", nw.lit(value))
        raise self.wrong(say("this value cannot be compared with an answer."), say("Write a number, or a text in quotes."), node)

    def number(self, node: ast.expr) -> nw.Expr:
        """The part as a number that arithmetic can use: doubles, so that no engine's integers overflow."""
        part = self.part(node)
        if part.kind != "number":
            raise self.wrong(
                say("this is {kind}, where a number is wanted.", kind=_KINDS[part.kind]), say("Name a column of numbers."), node
            )
        return part.expression.cast(nw.Float64)

    def compared(self, node: ast.Compare) -> Iterator[nw.Expr]:
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, (ast.In, ast.NotIn)):
                among = self.among(left, right)
                yield ~among if isinstance(op, ast.NotIn) else among
            elif type(op) in _COMPARE:
                yield self.pair(left, op, right)
            else:
                raise self.wrong(say("this is not allowed in a condition."), say("Compare by ==, !=, <, <=, >, >= or in."), node)
            left = right

    def pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> nw.Expr:
        first, other = self.part(left), self.part(right)
        if {first.kind, other.kind} == {"flag", "number"}:
            # Programs write a yes-or-no answer as true or as 1.
            first, other = (
                (_Part("number", part.expression.cast(nw.Int64)) for part in (first, other))
                if _zero_one(left, right)
                else (first, other)
            )
        if first.kind != other.kind:
            raise self.wrong(
                say("{one} is compared with {other}.", one=_KINDS[first.kind], other=_KINDS[other.kind]),
                say("Compare numbers with numbers, and texts with texts in quotes."),
                right,
            )
        if first.kind != "number" and not isinstance(op, (ast.Eq, ast.NotEq)):
            raise self.wrong(
                say("{kind} has no order.", kind=_KINDS[first.kind]), say("Compare it by == or !=, or by in with a list."), right
            )
        return _COMPARE[type(op)](first.expression, other.expression)

    def among(self, left: ast.expr, right: ast.expr) -> nw.Expr:
        part = self.part(left)
        values: list[Any] = [item.value if isinstance(item, ast.Constant) else None for item in getattr(right, "elts", [])]
        fitting = {"number": (int, float), "text": (str,), "flag": (bool,)}[part.kind]
        if not values or not all(
            isinstance(value, fitting) and isinstance(value, bool) == (part.kind == "flag") for value in values
        ):
            raise self.wrong(
                say("`in` wants a list of values like the column's, which holds {kind}.", kind=_KINDS[part.kind]),
                say("Write it so: {example}.", example=f"{_source(self.text, left)} in [{_LIKE[part.kind]}]"),
                right,
            )
        if part.kind != "number":
            return part.expression.is_in(values)
        if not all(abs(value) < _WHOLE for value in values):  # NaN and infinities cannot be written
            raise self.wrong(
                say("this value cannot be compared with an answer."), say("Write a number, or a text in quotes."), right
            )
        # Engines compare a list only with a column of its own type: both as doubles, which hold these numbers exactly.
        return part.expression.cast(nw.Float64).is_in([float(value) for value in values])


_EXAMPLE: Final = "water_minutes > 30 or water_source in ['river', 'spring']"
_LIKE: Final[Mapping[Kind, str]] = {"number": "1", "text": "'river'", "flag": "true"}


def _zero_one(left: ast.expr, right: ast.expr) -> bool:
    """Whether one of the two sides is the bare number 0 or 1."""
    return any(isinstance(side, ast.Constant) and type(side.value) is int and side.value in (0, 1) for side in (left, right))


def _source(text: str, node: ast.AST) -> str:
    return (ast.get_source_segment(text, node) or text)[:60]


def _depth(tree: ast.AST) -> int:
    """Levels of a tree, counted without recursion: a hostile text must not exhaust the stack."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth
