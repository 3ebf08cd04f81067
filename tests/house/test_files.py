"""Every file that leaves the office says whether it carries names of people, and leaves by the one way that records it."""

import ast
import re
from pathlib import Path

import pytest
from tests.house.test_lists import LISTS

import tiwizi
from tiwizi.office.lists import ListPage
from tiwizi.people import doors

SOURCE = Path(tiwizi.__file__).parent
WAY_OUT = SOURCE / "office" / "answers.py"
GIVING = {"attachment", "as_json", "export", "file_of"}
OTHER_WAYS = re.compile(r"Content-Disposition|FileResponse|as_attachment|StreamingHttpResponse\(")
TABLES = SOURCE / "measures" / "pages" / "answers.py"
"""Its own `export` is of figures, and says for all of them that they carry no names."""


def test_files_leave_by_one_way() -> None:
    ways = {path for path in SOURCE.rglob("*.py") if OTHER_WAYS.search(path.read_text(encoding="utf-8"))}
    assert ways == {WAY_OUT}


def test_every_file_says_whether_it_carries_names_of_people() -> None:
    given, silent = 0, []
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            figures = path.is_relative_to(TABLES.parent) and name == "export" and path != TABLES
            if name in GIVING and not figures and "cli" not in path.parts:
                given += 1
                silent += [] if any(word.arg == "personal" for word in call.keywords) else [f"{path.name}:{call.lineno}"]
    assert silent == []
    assert given > 15


@pytest.mark.parametrize("list_page", LISTS)
def test_every_list_says_whether_its_files_carry_names_of_people(list_page: type[ListPage[object]]) -> None:
    assert "personal" in vars(list_page)
    # Nobody who takes away what is public is known.
    assert not (list_page.personal and list_page.permission == doors.PUBLIC)
