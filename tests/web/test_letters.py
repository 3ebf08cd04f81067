"""Letters wait encrypted, leave from a job, are tried again, and are forgotten once sent or given up; their links lead home."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, send_mail
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from tests import trees

from tiwizi.database import scope
from tiwizi.web import letters

SECRET = "https://office.example/invitation/a-secret-token/"
NOWHERE = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 10},
}


@pytest.fixture
def mailbox(db: None, settings: Any, tmp_path: Path) -> Path:
    """The folder of the letters that left; the office sends as it does when it serves."""
    settings.EMAIL_BACKEND = "tiwizi.web.letters.Queued"
    settings.POST = {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": tmp_path}}
    return tmp_path


def worked() -> None:
    """Every letter on the queue taken once, as the worker takes it, whenever it was to be tried."""
    options: dict[str, Any] = {"interval": 0, "batch": True, "backend_name": "default", "startup_delay": False}
    worker = Worker(queue_names=[letters.QUEUE], max_tasks=None, worker_id="w", excluded_queue_names=[], **options)
    for row in DBTaskResult.objects.filter(status="READY", queue_name=letters.QUEUE):
        row.claim("w")
        worker.run_task(row)


def rows() -> str:
    return json.dumps(list(DBTaskResult.objects.values()), default=str)


def test_a_letter_waits_encrypted_leaves_from_a_job_and_is_forgotten(mailbox: Path) -> None:
    letter = EmailMessage("دعوة", f"افتح {SECRET}", to=["one@example.org"], cc=["two@example.org"], bcc=["three@example.org"])
    letter.attach("pack.pdf", b"%PDF a pack", "application/pdf")
    letter.send()
    assert list(mailbox.iterdir()) == []
    row = DBTaskResult.objects.get()
    sealed, attempt = row.args_kwargs["args"]
    assert attempt == 1
    for word in ("a-secret-token", "example.org", "دعوة"):
        assert word not in rows()
    worked()
    (left,) = mailbox.iterdir()
    text = left.read_bytes()
    assert b"To: one@example.org" in text
    assert b"pack.pdf" in text
    assert b"three@example.org" not in text
    assert sealed not in rows()
    send_mail("again", "again", None, ["one@example.org"])
    worked()
    assert DBTaskResult.objects.count() == 1
    assert letters.given_up() == 0


def test_a_letter_is_for_all_who_receive_it(mailbox: Path) -> None:
    EmailMessage("a", "b", to=["one@example.org"], bcc=["three@example.org"]).send()
    opened = letters._opened(DBTaskResult.objects.get().args_kwargs["args"][0])
    assert opened.recipients() == ["one@example.org", "three@example.org"]
    assert opened.from_email == "tiwizi@localhost"


def test_a_letter_that_cannot_leave_is_tried_again_later_and_later_then_given_up(mailbox: Path, settings: Any) -> None:
    send_mail("a", SECRET, None, ["one@example.org"])
    settings.POST = NOWHERE
    waited = []
    for _attempt in letters.WAITS_S:
        worked()
        (row,) = DBTaskResult.objects.filter(status="READY")
        waited.append((row.run_after - row.enqueued_at).total_seconds())
    assert [round(one) for one in waited] == list(letters.WAITS_S) == sorted(set(letters.WAITS_S))
    (sealed, _attempt) = row.args_kwargs["args"]
    assert letters.given_up() == 0
    worked()
    assert letters.given_up() == 1
    (row,) = DBTaskResult.objects.filter(status="FAILED")
    assert row.exception_class_path == "tiwizi.web.letters.Unsent"
    assert sealed not in rows()
    assert "one@example.org" not in rows()
    assert DBTaskResult.objects.filter(status="READY").count() == 0


def test_a_letter_tried_again_leaves_when_the_mail_server_is_back(mailbox: Path, settings: Any) -> None:
    send_mail("a", SECRET, None, ["one@example.org"])
    back, settings.POST = settings.POST, NOWHERE
    worked()
    settings.POST = back
    worked()
    assert SECRET in next(mailbox.iterdir()).read_text()


def test_a_letter_left_half_way_by_a_dead_worker_is_sent_again(mailbox: Path) -> None:
    send_mail("a", SECRET, None, ["one@example.org"])
    send_mail("b", SECRET, None, ["one@example.org"])
    dead, alive = DBTaskResult.objects.order_by("enqueued_at")
    dead.claim("dead")
    alive.claim("alive")
    sealed = dead.args_kwargs["args"][0]
    assert letters.end_left_behind(["dead"]) == 1
    assert letters.end_left_behind(["dead"]) == 0
    (again,) = DBTaskResult.objects.filter(status="READY")
    assert again.args_kwargs["args"] == [sealed, 2]
    assert DBTaskResult.objects.get(pk=dead.pk).args_kwargs["args"] == []
    assert DBTaskResult.objects.get(pk=alive.pk).status == "RUNNING"


def test_no_letter_leaves_inside_a_request(mailbox: Path) -> None:
    with scope.everything():
        trees.account("asker@example.org", ("reader", trees.tree().near))
    assert Client().post(reverse("account_reset_password"), {"email": "asker@example.org"}).status_code == 302
    assert list(mailbox.iterdir()) == []
    worked()
    assert len(list(mailbox.iterdir())) == 1


def planted_settings(settings: Any, _patch: pytest.MonkeyPatch) -> None:
    """Django is told to send by itself."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = settings.POST["BACKEND"], settings.POST["OPTIONS"]["file_path"]


def planted_haste(settings: Any, patch: pytest.MonkeyPatch) -> None:
    """What is to go on the queue is tried once before, at once."""
    queued, sender = letters.Queued.send_messages, import_string(settings.POST["BACKEND"])(**settings.POST["OPTIONS"])

    def hasty(self: letters.Queued, some: Any) -> int:
        sender.send_messages(some)
        return queued(self, some)

    patch.setattr(letters.Queued, "send_messages", hasty)


@pytest.mark.parametrize("plant", [planted_settings, planted_haste])
def test_a_letter_sent_inside_a_request_is_found(
    mailbox: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, plant: Any
) -> None:
    plant(settings, monkeypatch)
    with pytest.raises(AssertionError):
        test_no_letter_leaves_inside_a_request(mailbox)


@pytest.mark.parametrize("host", ["office.example", "other.example", "office.example:9999", "evil.example"])
def test_links_lead_to_the_offices_own_address_whatever_the_request_says(mailbox: Path, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["office.example", "other.example"]
    settings.ADDRESS = "https://office.example"
    with scope.everything():
        account = trees.account("reader@example.org", ("reader", trees.tree().near))
    account.set_password("quiet atlas of barley 41")
    account.save()
    answer = Client(headers={"Host": host}).post(reverse("account_reset_password"), {"email": "reader@example.org"})
    if host == "evil.example":
        assert answer.status_code == 400
        assert DBTaskResult.objects.count() == 0
        return
    assert answer.status_code == 302, answer.content
    worked()
    (left,) = mailbox.iterdir()
    found = re.findall(r"\w+://\S+", left.read_text())
    assert found
    assert all(link.startswith("https://office.example/account/passphrase/reset/") for link in found), found
