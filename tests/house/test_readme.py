"""What the README shows is what runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_example_for_a_notebook_runs_and_sums_to_the_envelope() -> None:
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 5
    namespace: dict[str, object] = {}
    exec(example, namespace)  # noqa: S102 our own example
    shares = namespace["khenifra"].shares  # type: ignore[attr-defined]
    assert shares["amount_dh"].sum() == 32_000_000


def test_the_commands_shown_are_those_of_the_makefile_and_of_the_gate() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README
        assert f"make {target}" in gate
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_every_file_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
