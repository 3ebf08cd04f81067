"""What the mutation run calls a failure."""

import tomllib
from pathlib import Path
from typing import Any

from mutmut.mutation.file_mutation import mutate_file_contents
from tests.mutation.run import changes_of, judged, undecorated

ROOT = Path(__file__).parents[2]
SURVIVOR = ("m.x_f", "a < b", "a <= b")
LISTED = {"group": "core", "function": "m.x_f", "before": "a < b", "after": "a <= b", "reason": "They are never equal."}
NINE_OF_TEN = {f"m.x_f__mutmut_{number}": "killed" for number in range(9)} | {"m.x_f__mutmut_9": "survived"}


def test_a_group_holds_with_nine_in_ten_found_and_each_survivor_listed() -> None:
    assert judged(NINE_OF_TEN, [SURVIVOR], [LISTED]) == []
    assert judged(NINE_OF_TEN, [SURVIVOR], []) == [f"{SURVIVOR}: survives, and is not listed"]
    assert judged(NINE_OF_TEN, [], [LISTED]) == [f"{SURVIVOR}: is listed, and no longer survives"]
    assert judged(NINE_OF_TEN, [SURVIVOR], [LISTED | {"reason": " "}]) == ["m.x_f: a survivor without a reason"]


def test_a_change_that_no_test_sees_anywhere_is_listed_once() -> None:
    anywhere = {"group": "*", "function": "*", "before": " < ", "after": " <= ", "reason": "They are never equal."}
    assert judged(NINE_OF_TEN, [SURVIVOR], [anywhere]) == []
    assert judged(NINE_OF_TEN, [("m.x_g", "a < b < c", "a < b <= c")], [anywhere]) == []
    other = ("m.x_g", "a < b", "a <= c")
    assert judged(NINE_OF_TEN, [other], [anywhere]) == [f"{other}: survives, and is not listed"]


def test_less_than_nine_in_ten_is_too_little_and_so_is_nothing() -> None:
    worse = NINE_OF_TEN | {"m.x_f__mutmut_8": "no tests"}
    assert judged(worse, [SURVIVOR], [LISTED]) == ["8 of 10 found, less than 90 %"]
    assert judged({}, [], []) == ["0 of 0 found, less than 90 %"]


CODE = """
class Room:
    @property
    def full(self):
        return self.count > 9


def twice(number):
    return 2 * number
"""


def test_a_mutant_is_named_by_its_function_and_its_lines() -> None:
    found = changes_of(mutate_file_contents("m.py", undecorated(CODE)), "tiwizi.m")
    assert ("tiwizi.m.x_twice", "return 2 * number", "return 3 * number") in found.values()
    assert ("tiwizi.m.xǁRoomǁfull", "return self.count > 9", "return self.count >= 9") in found.values()
    assert found["tiwizi.m.x_twice__mutmut_1"][0] == "tiwizi.m.x_twice"


def test_code_without_decorators_is_the_same_program() -> None:
    made: dict[str, Any] = {}
    exec(undecorated(CODE), made)  # noqa: S102 # the lines above
    room = made["Room"]()
    room.count = 10
    assert room.full is True


def test_the_modules_and_tests_of_each_group_are_there() -> None:
    groups = tomllib.loads((ROOT / "tests" / "mutation" / "groups.toml").read_text(encoding="utf-8"))
    groups.pop("survivor", None)
    assert set(groups) == {"core", "rules", "commands", "scope"}
    for group in groups.values():
        assert [name for name in group["modules"] if not (ROOT / "src" / "tiwizi" / name).is_file()] == []
        assert [name for name in group["tests"] if not (ROOT / name).is_file()] == []
