"""The procedure of a day: the rulebook is read from its files once, however many days are asked for."""

from datetime import date, timedelta

import pytest

from tiwizi import store
from tiwizi.committees.rules import procedure
from tiwizi.core.rulebook.rulebook import Rulebook


def test_many_days_read_the_files_of_the_rulebook_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, reading = [], store.rulebook

    def counted(name: str) -> Rulebook:
        read.append(name)
        return reading(name)

    monkeypatch.setattr(store, "rulebook", counted)
    for cache in (store._own, store._own_on):
        cache.cache_clear()
    versions = {procedure.rules_on(date(2024, 1, 1) + timedelta(days=day))[2] for day in range(3)}
    assert (len(versions), read) == (1, [store.chosen()])
