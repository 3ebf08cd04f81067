"""The pages of minutes: written and signed by who may, downloaded as kept; the letters and the pack."""

import io
import secrets
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber, decide, project

from tiwizi.committees.commands.minutes import LETTERS
from tiwizi.committees.models import Minutes, Session, Signature
from tiwizi.database import scope
from tiwizi.organisations.models import Person
from tiwizi.people.models import Account

ROOM = "/committees/minutes/"


@pytest.fixture
def over(here: Chamber) -> Session:
    with scope.everything():
        return decide(here, here.province, project(here))


def post(asking: Client, session: Session, **fields: Any) -> Any:
    with scope.everything():
        version = str(chamber.fresh(session))
    return asking.post(f"{ROOM}{session.pk}/", {"client_id": str(uuid4()), "version": version, **fields})


def shown() -> dict[str, str]:
    with scope.everything():
        last = Minutes.objects.order_by("-number")[0].number
        return {f"sha-{one.language}.{one.media}": one.sha256 for one in Minutes.objects.filter(number=last)}


def test_the_secretary_writes_and_signs_and_the_chair_seals(here: Chamber, keeper: Client, over: Session) -> None:
    texts = {"opening_fr": "La présidence ouvre.", "debate_fr.1": "Un débat."}
    assert post(keeper, over, act="write_texts", **texts).status_code == 303
    assert post(keeper, over, act="write_minutes").status_code == 303
    page = text(keeper.get(f"{ROOM}{over.pk}/"))
    assert "fr.pdf" in page
    assert post(keeper, over, act="sign_as_secretary", name="S.", **shown()).status_code == 303
    chair = client(("chair", here.tree.province))
    assert post(chair, over, act="write_minutes").status_code == 403
    assert post(chair, over, act="sign_as_chair", name="C.", **shown()).status_code == 303
    with scope.everything():
        assert Signature.objects.exclude(entry=None).count() == 1
        code = Minutes.objects.all()[0].code
        one = Minutes.objects.get(language="fr", media="pdf")
    sent = keeper.get(f"{ROOM}files/{one.pk}/")
    assert sent.content == bytes(one.content)
    same = Client().post(f"/committees/decisions/check/{code}/", {"file": io.BytesIO(sent.content)})
    assert "success" in text(same)


def test_the_page_warns_a_chair_who_is_not_the_one_named(here: Chamber, keeper: Client, over: Session) -> None:
    post(keeper, over, act="write_minutes")
    post(keeper, over, act="sign_as_secretary", name="S.", **shown())
    chair = client(("chair", here.tree.province))
    assert "tw-message warning" in text(chair.get(f"{ROOM}{over.pk}/"))
    with scope.everything():
        Person.objects.filter(mandates=over.presiding_id).update(name_fr=Account.objects.order_by("-pk")[0].name)
    assert "tw-message warning" not in text(chair.get(f"{ROOM}{over.pk}/"))


ACTS = ("write_minutes", "sign_as_secretary", "attach_scan", "confirm_scan", "correct_minutes", "write_texts")


@pytest.mark.parametrize("act", ACTS)
def test_a_reader_and_a_neighbour_write_nothing(here: Chamber, over: Session, act: str) -> None:
    assert post(client(("reader", here.tree.province)), over, act=act).status_code == 403
    neighbour = client(("local_secretary", here.tree.far))
    assert post(neighbour, over, act=act).status_code == 404
    assert neighbour.get(f"{ROOM}{over.pk}/").status_code == 404
    for where in ("letters.pdf", "pack.zip"):
        assert neighbour.get(f"{ROOM}{over.pk}/{where}").status_code == 404
    with scope.everything():
        assert not Minutes.objects.exists()


def test_before_the_session_is_over_the_page_says_so(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        session = chamber.convened(here.province, project(here), account=here.secretary)
    assert "tw-empty" in text(keeper.get(f"{ROOM}{session.pk}/"))
    assert post(keeper, session, act="write_minutes").status_code == 409
    assert post(keeper, session, act="explode").status_code == 404


def test_the_files_are_set_before_the_transaction_begins(
    here: Chamber, keeper: Client, over: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes meanwhile does not wait for slow typesetting: the letters of the code are drawn outside the act."""
    depths: list[int] = []
    draw = secrets.choice

    def noted(letters: str) -> str:
        if letters == LETTERS:
            depths.append(len(connection.atomic_blocks))
        return draw(letters)

    monkeypatch.setattr(secrets, "choice", noted)
    outside = len(connection.atomic_blocks)
    assert post(keeper, over, act="write_minutes").status_code == 303
    assert set(depths) == {outside}


def test_minutes_sent_twice_are_written_once(here: Chamber, keeper: Client, over: Session) -> None:
    with scope.everything():
        sent = {"act": "write_minutes", "client_id": str(uuid4()), "version": str(chamber.fresh(over))}
    for _time in range(2):
        assert post(keeper, over, **sent).status_code == 303
    with scope.everything():
        assert Minutes.objects.filter(session=over.pk).count() == 4
