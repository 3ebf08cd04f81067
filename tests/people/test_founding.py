"""`tiwizi found`: an office begins once, by a written decision, with two people and nobody's passphrase."""

import json
from pathlib import Path

import pytest
from tests.own_office import new_office

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests

WORDS = (
    "found", "--place", "05.301", "--reference", "Arrêté 12/2026", "--administrator", "admin@example.org", "A",
    "--second", "chair", "gov@example.org", "G", "--language", "en",
)  # fmt: skip


def test_an_office_is_founded_once_from_the_server(django_db_setup: None, tmp_path: Path) -> None:
    with new_office(tmp_path) as office:
        alone = office.run(*WORDS[:-5], "reader", *WORDS[-4:])
        assert alone.returncode == 1
        assert "second person" in alone.stderr
        made = office.run(*WORDS)
        assert made.returncode == 0, made.stderr
        assert "forgotten my passphrase" in made.stdout
        again = office.run(*WORDS)
        assert again.returncode == 1
        assert "founded already" in again.stderr
        assert office.run("journal", "--out", tmp_path / "journal.jsonl").returncode == 0
        assert office.run("verify").returncode == 0
    entries = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    acts = [entry["command"] for entry in entries]
    assert acts[-5:] == ["found office", "create account", "give role", "create account", "give role"]
    assert acts.count("found office") == 1
    assert "example.org" not in json.dumps(entries)
