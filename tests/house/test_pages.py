"""Every page is found by its name: one module, its template or its list, its tests; what nothing shows is not kept."""

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from tests import diagrams

from tiwizi.office.acts import ActPage
from tiwizi.people import doors

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "tiwizi"
SHOWS_NOTHING: Final = {
    "answers with a file": (
        "committees.document committees.letters committees.minutes_file committees.scan committees.session_pack "
        "measures.place_chart territories.tiles"
    ),
    "takes a form and leads elsewhere": "budgets.bring web.end_role web.language",
    "answers with a part of another page": "budgets.recompute",
}
"""The pages that have no template and no list of their own, by the app and the name of their module: why."""
NAMED_BY_LIBRARIES: Final = {"429.html": "allauth shows it to who asks too often"}


def pages() -> dict[str, list[Any]]:
    """The views of each module that answers an address, by the module's name."""
    found: dict[str, list[Any]] = {}
    for _where, pattern in doors.addresses():
        view = pattern.callback
        declared = getattr(view, "list_page", None) or getattr(view, "acts_page", None)
        module = inspect.getmodule(declared or inspect.unwrap(view))
        if isinstance(module, ModuleType) and re.match(r"tiwizi\.\w+\.pages\.", module.__name__):
            found.setdefault(module.__name__, []).append(view)
    return found


PAGES: Final = pages()


def short(module: str) -> str:
    """The app and the name of a page."""
    parts = module.split(".")
    return f"{parts[1]}.{parts[-1]}"


def one_act(view: Any) -> bool:
    """Whether a page is for one act alone, which needs no template of its own."""
    return issubclass(getattr(view, "acts_page", object), ActPage)


@pytest.mark.parametrize("module", PAGES)
def test_a_page_has_a_template_or_a_list_and_tests_of_its_name(module: str) -> None:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    app, name = short(module).split(".")
    shows = path.with_suffix(".html").exists() or any(hasattr(view, "list_page") or one_act(view) for view in PAGES[module])
    alone = short(module) in " ".join(SHOWS_NOTHING.values()).split()
    assert shows != alone, "a template of the page's name, a ListPage or an ActPage"
    tests = list((ROOT / "tests" / app / "pages").rglob(f"test_{name}.py"))
    assert len(tests) == 1, f"tests/{app}/pages/test_{name}.py is missing, or there are several"
    assert re.search(r"^def test_", tests[0].read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_page_that_shows_nothing_is_a_page() -> None:
    assert set(" ".join(SHOWS_NOTHING.values()).split()) <= {short(module) for module in PAGES}


def test_no_template_is_unused() -> None:
    """A template is named whole where it is shown, extended or included, or up to its part: `measures/pages/run{part}.html`."""
    texts = [path.read_text(encoding="utf-8") for kind in ("*.py", "*.html") for path in PACKAGE.rglob(kind)]
    names = {name for text in texts for name in re.findall(r"[\w./-]+(?:\{part\})?\.html", text)}
    shown = re.compile("|".join(re.escape(name).replace(r"\{part\}", r"(_\w+)?") for name in names))
    templates = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.html")}
    unused = {name for name in templates if not shown.fullmatch(name)}
    assert unused == set(NAMED_BY_LIBRARIES)


def test_the_published_diagrams_of_states_are_current() -> None:
    assert diagrams.PAGE.read_text(encoding="utf-8") == diagrams.page(), "run `python -m tests.diagrams`"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_status_is_one_number(path: Path) -> None:
    """A test that takes this status or that does not know which is right."""
    asserts = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Assert)]
    loose = [
        part.lineno
        for node in asserts
        for part in ast.walk(node.test)
        if isinstance(part, ast.Compare) and isinstance(part.left, ast.Attribute) and part.left.attr == "status_code"
        if any(isinstance(how, ast.In | ast.NotIn) for how in part.ops)
    ]
    assert loose == []
