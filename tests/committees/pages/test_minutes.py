"""The pages of minutes: written and signed by who may, downloaded as kept; the letters and the pack."""

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.budgets.pages.people import client, text
from tests.committees import chamber
from tests.committees.chamber import Chamber, decide, project

from tiwizi.committees.models import Letter, Minutes, Scan, Session, Signature
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.organisations.models import Person
from tiwizi.people.models import Account

ROOM = "/committees/minutes/"


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture
def keeper(here: Chamber) -> Client:
    return client(("provincial_secretary", here.tree.province))


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
    assert post(keeper, over, act="texts", opening_fr="La présidence ouvre.", **{"debate_fr.1": "Un débat."}).status_code == 303
    assert post(keeper, over, act="write").status_code == 303
    page = text(keeper.get(f"{ROOM}{over.pk}/"))
    assert "fr.pdf" in page
    assert post(keeper, over, act="secretary", name="S.", **shown()).status_code == 303
    chair = client(("chair", here.tree.province))
    assert post(chair, over, act="write").status_code == 403
    assert post(chair, over, act="chair", name="C.", **shown()).status_code == 303
    with scope.everything():
        assert Signature.objects.exclude(entry=None).count() == 1
        code = Minutes.objects.all()[0].code
        one = Minutes.objects.get(language="fr", media="pdf")
    sent = keeper.get(f"{ROOM}files/{one.pk}/")
    assert sent.content == bytes(one.content)
    same = Client().post(f"/committees/decisions/check/{code}/", {"file": io.BytesIO(sent.content)})
    assert "success" in text(same)


def test_a_scan_is_sealed_by_a_second_person_and_its_download_recorded(here: Chamber, keeper: Client, over: Session) -> None:
    post(keeper, over, act="write")
    post(keeper, over, act="secretary", name="S.", **shown())
    assert post(keeper, over, act="scan", name="C.").status_code == 409
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    sent = SimpleUploadedFile("signed.png", picture.getvalue(), "image/png")
    assert post(keeper, over, act="scan", name="C.", file=sent).status_code == 303
    with scope.everything():
        scan = Scan.objects.get()
        before = Entry.objects.count()
    assert keeper.get(f"{ROOM}scans/{scan.pk}/").content == bytes(scan.content)
    assert client(("local_secretary", here.tree.far)).get(f"{ROOM}scans/{scan.pk}/").status_code == 404
    with scope.everything():
        told = Entry.objects.order_by("-number")[0]
        assert (told.command, told.kind, told.object) == ("download", "scan", str(scan.pk))
        assert Entry.objects.count() == before + 1
    assert post(keeper, over, act="paper", scan=str(scan.pk), **shown()).status_code == 409
    assert post(client(("reader", here.tree.province)), over, act="paper", scan=str(scan.pk), **shown()).status_code == 403
    second = client(("officer", here.tree.province))
    assert post(second, over, act="paper", scan="0", **shown()).status_code == 404
    assert f"{ROOM}{over.pk}/" in text(second.get("/"))
    assert 'value="paper"' in text(second.get(f"{ROOM}{over.pk}/"))
    assert 'value="paper"' not in text(keeper.get(f"{ROOM}{over.pk}/"))
    assert post(second, over, act="paper", scan=str(scan.pk), **shown()).status_code == 303
    with scope.everything():
        assert Signature.objects.get(capacity="chair").scan == scan


def test_the_page_warns_a_chair_who_is_not_the_one_named(here: Chamber, keeper: Client, over: Session) -> None:
    post(keeper, over, act="write")
    post(keeper, over, act="secretary", name="S.", **shown())
    chair = client(("chair", here.tree.province))
    assert "tw-message warning" in text(chair.get(f"{ROOM}{over.pk}/"))
    with scope.everything():
        Person.objects.filter(mandates=over.presiding_id).update(name_fr=Account.objects.order_by("-pk")[0].name)
    assert "tw-message warning" not in text(chair.get(f"{ROOM}{over.pk}/"))


@pytest.mark.parametrize("act", ["write", "secretary", "scan", "paper", "correct", "texts"])
def test_a_reader_and_a_neighbour_write_nothing(here: Chamber, over: Session, act: str) -> None:
    assert post(client(("reader", here.tree.province)), over, act=act).status_code == 403
    neighbour = client(("local_secretary", here.tree.far))
    assert post(neighbour, over, act=act).status_code == 404
    assert neighbour.get(f"{ROOM}{over.pk}/").status_code == 404
    for where in ("letters.pdf", "pack.zip"):
        assert neighbour.get(f"{ROOM}{over.pk}/{where}").status_code == 404
    with scope.everything():
        assert not Minutes.objects.exists()


def test_a_file_of_a_session_beyond_the_place_is_absent(here: Chamber, keeper: Client, over: Session) -> None:
    post(keeper, over, act="write")
    with scope.everything():
        one = Minutes.objects.all()[0]
    assert client(("local_secretary", here.tree.far)).get(f"{ROOM}files/{one.pk}/").status_code == 404


def test_before_the_session_is_over_the_page_says_so(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        session = chamber.convened(here.province, project(here), account=here.secretary)
    assert "tw-empty" in text(keeper.get(f"{ROOM}{session.pk}/"))
    assert post(keeper, session, act="write").status_code == 409
    assert post(keeper, session, act="explode").status_code == 404


def test_invitations_are_printed_and_mailed_once_each(here: Chamber, keeper: Client) -> None:
    with scope.everything():
        session = chamber.convened(here.province, project(here), account=here.secretary)
        Person.objects.filter(mandates__body=here.province.pk, name_fr="provincial 2").update(email="two@example.org")
    address = f"{ROOM}{session.pk}/letters.pdf"
    for language in ("ar", "fr"):
        assert keeper.get(address, {"language": language}).content.startswith(b"%PDF")
    assert [keeper.post(address, {"client_id": str(uuid4())}).status_code for _again in range(2)] == [303, 303]
    assert [message.to for message in mail.outbox] == [["two@example.org"]]
    assert len(mail.outbox[0].attachments) == 2
    with scope.everything():
        assert Letter.objects.filter(way="letter").count() == 5
        assert Letter.objects.filter(way="mail").count() == 1


def test_the_pack_holds_agenda_matters_and_draft_minutes(here: Chamber, keeper: Client, over: Session) -> None:
    first = keeper.get(f"{ROOM}{over.pk}/pack.zip", {"language": "ar"})
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.namelist() == ["00-agenda.pdf", "01-matter.pdf", "90-draft-minutes.pdf"]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert keeper.get(f"{ROOM}{over.pk}/pack.zip", {"language": "ar"}).content == first.content
