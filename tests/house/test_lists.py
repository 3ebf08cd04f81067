"""Every list declares what it needs: titles that differ in each language, references to its own columns and sorts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tiwizi.language import LANGUAGES
from tiwizi.office.lists import ListPage
from tiwizi.people import doors


def declared() -> Iterator[Any]:
    """Every list that has an address."""
    for _where, pattern in doors.addresses():
        list_page = getattr(pattern.callback, "list_page", None)
        if list_page is not None:
            yield pytest.param(list_page, id=str(pattern.name))


LISTS = list(declared())


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("list_page", LISTS)
def test_the_titles_of_an_export_differ_and_are_no_names_of_fields(list_page: type[ListPage[Any]], language: str) -> None:
    with translation.override(language):
        fields = [field for column in list_page.columns if column.exported for field in column.fields([])]
    titles = [field.title for field in fields]
    assert len(set(titles)) == len(titles)
    assert len({field.name for field in fields}) == len(fields)
    assert [title for title in titles if not title or "_" in title] == []


@pytest.mark.parametrize("list_page", LISTS)
def test_a_list_refers_to_its_own_columns_and_sorts(list_page: type[ListPage[Any]]) -> None:
    shown = {column.name for column in list_page.columns if column.shown and not column.under}
    assert {column.under for column in list_page.columns if column.shown and column.under} <= shown
    sorts = [sort.name for sort in list_page.sorts]
    assert {column.sort for column in list_page.columns if column.sort} <= set(sorts)
    assert len(set(sorts)) == len(sorts)
    assert any(column.heads_row for column in list_page.columns)
