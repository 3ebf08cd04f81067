"""A table of places brought: what cannot be taken is refused and leaves nothing."""

import io
import zipfile

import pytest
from django.test import Client
from tests.territories.pages.test_imports import send

from tiwizi.database import scope
from tiwizi.territories.models import Import


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bomb(), "bomb.xlsx"),
        (b"\x89PNG\r\n", "picture.xlsx"),
        (b"name\nx\n", "columns.csv"),
        ("place\nأ\n".encode("cp1256"), "old.csv"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_nothing(client: Client, content: bytes, name: str) -> None:
    answer = send(client, content, name)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert b"tw-remedy" in answer.content  # type: ignore[attr-defined]
    with scope.everything():
        assert not Import.objects.exists()


def test_a_huge_file_is_refused_before_it_is_read(client: Client) -> None:
    answer = send(client, b"place\n" + b"x\n" * (11 * 2**20), "huge.csv")
    assert b"larger than 20 MB" in answer.content  # type: ignore[attr-defined]
