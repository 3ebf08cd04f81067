"""Choosing the language of the pages: kept in a cookie, and back to a page of ours."""

import pytest
from django.conf import settings
from django.test import Client

ADDRESS = "/language/"


@pytest.mark.parametrize(
    ("asked", "back", "kept"),
    [
        ({"language": "ar", "next": "/people/"}, "/people/", "ar"),
        ({"language": "fr", "next": "https://example.org/"}, "/", "fr"),
        ({"language": "de", "next": "/people/"}, "/people/", None),
        ({}, "/", None),
    ],
)
def test_the_language_is_kept_and_leads_back(db: None, asked: dict[str, str], back: str, kept: str | None) -> None:
    answer = Client().post(ADDRESS, asked)
    assert (answer.status_code, answer["Location"]) == (303, back)
    cookie = answer.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    assert (cookie.value if cookie else None) == kept


def test_it_is_chosen_by_a_form_alone(db: None) -> None:
    assert Client().get(ADDRESS).status_code == 405
