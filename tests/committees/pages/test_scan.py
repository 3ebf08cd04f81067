"""A scan of the signed print: sealed by a second person, its download recorded."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.budgets.pages.people import client, text
from tests.committees.chamber import Chamber, decide, project
from tests.committees.pages.test_minutes import ROOM, post, shown

from tiwizi.committees.models import Scan, Session, Signature
from tiwizi.database import scope
from tiwizi.journal.models import Entry


@pytest.fixture
def over(here: Chamber) -> Session:
    with scope.everything():
        return decide(here, here.province, project(here))


def test_a_scan_is_sealed_by_a_second_person_and_its_download_recorded(here: Chamber, keeper: Client, over: Session) -> None:
    post(keeper, over, act="write_minutes")
    post(keeper, over, act="sign_as_secretary", name="S.", **shown())
    assert post(keeper, over, act="attach_scan", name="C.").status_code == 400
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    sent = SimpleUploadedFile("signed.png", picture.getvalue(), "image/png")
    assert post(keeper, over, act="attach_scan", name="C.", file=sent).status_code == 303
    with scope.everything():
        scan = Scan.objects.get()
        before = Entry.objects.count()
    assert keeper.get(f"{ROOM}scans/{scan.pk}/").content == bytes(scan.content)
    assert client(("local_secretary", here.tree.far)).get(f"{ROOM}scans/{scan.pk}/").status_code == 404
    with scope.everything():
        told = Entry.objects.order_by("-number")[0]
        assert (told.command, told.kind, told.object) == ("download", "scan", str(scan.pk))
        assert Entry.objects.count() == before + 1
    assert post(keeper, over, act="confirm_scan", on=str(scan.pk), **shown()).status_code == 409
    assert post(client(("reader", here.tree.province)), over, act="confirm_scan", on=str(scan.pk), **shown()).status_code == 403
    second = client(("officer", here.tree.province))
    assert post(second, over, act="confirm_scan", on="0", **shown()).status_code == 404
    assert f"{ROOM}{over.pk}/" in text(second.get("/"))
    assert 'value="confirm_scan"' in text(second.get(f"{ROOM}{over.pk}/"))
    assert 'value="confirm_scan"' not in text(keeper.get(f"{ROOM}{over.pk}/"))
    assert post(second, over, act="confirm_scan", on=str(scan.pk), **shown()).status_code == 303
    with scope.everything():
        assert Signature.objects.get(capacity="chair").scan == scan
