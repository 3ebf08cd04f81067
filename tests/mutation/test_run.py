"""What the mutation run calls a failure."""

import tomllib
from pathlib import Path

from tests.mutation.run import changed, judged

ROOT = Path(__file__).parents[2]
SURVIVOR = ("m.x_f", "a < b", "a <= b")
LISTED = {"group": "core", "function": "m.x_f", "before": "a < b", "after": "a <= b", "reason": "They are never equal."}
NINE_OF_TEN = {f"m.x_f__mutmut_{number}": "killed" for number in range(9)} | {"m.x_f__mutmut_9": "survived"}


def test_a_group_holds_with_nine_in_ten_found_and_each_survivor_listed() -> None:
    assert judged(NINE_OF_TEN, [SURVIVOR], [LISTED]) == []
    assert judged(NINE_OF_TEN, [SURVIVOR], []) == [f"{SURVIVOR}: survives, and is not listed"]
    assert judged(NINE_OF_TEN, [], [LISTED]) == [f"{SURVIVOR}: is listed, and no longer survives"]
    assert judged(NINE_OF_TEN, [SURVIVOR], [LISTED | {"reason": " "}]) == ["m.x_f: a survivor without a reason"]


def test_less_than_nine_in_ten_is_too_little_and_so_is_nothing() -> None:
    worse = NINE_OF_TEN | {"m.x_f__mutmut_8": "no tests"}
    assert judged(worse, [SURVIVOR], [LISTED]) == ["8 of 10 found, less than 90 %"]
    assert judged({}, [], []) == ["0 of 0 found, less than 90 %"]


def test_a_mutant_is_named_by_its_function_and_its_lines() -> None:
    diff = (
        "# m.x_f__mutmut_7: survived\n--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n def f(a, b):\n-    return a < b\n+    return a <= b\n"
    )
    assert changed("m.x_f__mutmut_7", diff) == ("m.x_f", "return a < b", "return a <= b")


def test_the_modules_and_tests_of_each_group_are_there() -> None:
    groups = tomllib.loads((ROOT / "tests" / "mutation" / "groups.toml").read_text(encoding="utf-8"))
    groups.pop("survivor", None)
    assert set(groups) == {"core", "rules", "commands", "scope"}
    for group in groups.values():
        assert [name for name in group["modules"] if not (ROOT / "src" / "tiwizi" / name).is_file()] == []
        assert [name for name in group["tests"] if not (ROOT / name).is_file()] == []
