"""Letters leave from a job, never inside a request: a mail server that does not answer holds up nobody but them.

Whatever sends mail in the office puts it on the queue: that is what Django is told to send with. A letter may hold a link that
opens an account, so it is encrypted as long as it waits, and forgotten once it is sent or given up.
"""

import base64
import hashlib
import logging
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message
from typing import Any, Final

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

try:
    from django.tasks import TaskContext, TaskResultStatus, task
except ImportError:  # Django 5.2
    from django_tasks import TaskContext, TaskResultStatus, task  # type: ignore[assignment, no-redef]

QUEUE: Final = "letters"
WAITS_S: Final = (30, 120, 600, 3600)
"""How long to wait after the first failure, the second, and so on; after one more the letter is given up."""
PAUSE_S: Final = 1.0
log = logging.getLogger(__name__)


class Unsent(RuntimeError):
    """A letter was given up. Only the kind of the last error is told: the error itself may hold an address."""


class Queued(BaseEmailBackend):
    """What Django sends mail with: puts it on the queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many letters will leave."""
        for one in email_messages:
            post.enqueue(_sealed(one), 1)
        return len(email_messages)


class Written(EmailMessage):
    """A letter as it was written, with all who receive it."""

    def __init__(self, written: bytes, sender: str, recipients: Sequence[str]) -> None:
        super().__init__(from_email=sender, to=recipients)
        self.written = written

    def message(self, **_more: Any) -> Message:  # type: ignore[override]
        """The letter itself."""
        return message_from_bytes(self.written, policy=policy.SMTP)


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"letters" + settings.SECRET_KEY.encode()).digest()))


def _sealed(letter: EmailMessage) -> str:
    parts = (letter.from_email.encode(), "\n".join(letter.recipients()).encode(), letter.message().as_bytes())
    return _fernet().encrypt(b"\0".join(parts)).decode()


def _opened(sealed: str) -> Written:
    sender, recipients, written = _fernet().decrypt(sealed.encode()).split(b"\0", 2)
    return Written(written, sender.decode(), recipients.decode().split("\n"))


@task(queue_name=QUEUE, takes_context=True)
def post(context: "TaskContext[Any, Any]", sealed: str, attempt: int) -> None:
    """Sends a letter; where that fails, tries again later. Raises Unsent at the last failure. Nothing of the letter is kept."""
    try:
        import_string(settings.POST["BACKEND"])(**settings.POST["OPTIONS"]).send_messages([_opened(sealed)])
    except Exception as error:  # whatever it was, the letter waits or is given up
        if not _again(sealed, attempt):
            log.warning("a letter was given up after %d attempts: %s", attempt, type(error).__name__)
            raise Unsent(type(error).__name__) from None
    finally:
        _forget(context.task_result.id)


def _again(sealed: str, attempt: int) -> bool:
    """Whether there is another attempt; it is on the queue then."""
    if attempt > len(WAITS_S):
        return False
    post.using(run_after=timezone.now() + timedelta(seconds=WAITS_S[attempt - 1])).enqueue(sealed, attempt + 1)
    return True


def _forget(row: Any) -> None:
    """Takes a letter out of its row of the queue, and away the rows of those sent before."""
    DBTaskResult.objects.filter(pk=row).update(args_kwargs={"args": [], "kwargs": {}})
    DBTaskResult.objects.filter(task_path=post.module_path, status=TaskResultStatus.SUCCESSFUL).delete()


def given_up() -> int:
    """How many letters could not be sent."""
    return DBTaskResult.objects.filter(task_path=post.module_path, status=TaskResultStatus.FAILED).count()


def keep_posting(worker: str) -> None:
    """Sends letter after letter, under this name, as long as the process lives."""
    while True:
        try:
            Worker(
                queue_names=[QUEUE],
                interval=PAUSE_S,
                batch=False,
                backend_name="default",
                startup_delay=False,
                max_tasks=None,
                worker_id=worker,
                excluded_queue_names=[],
            ).run()
        except Exception:
            log.exception("the queue of letters stumbled")
        time.sleep(PAUSE_S)


def end_left_behind(workers: Collection[str]) -> int:
    """How many letters these workers, which are dead, left half way; each is sent again later: twice is better than never."""
    taken = DBTaskResult.objects.filter(task_path=post.module_path, status=TaskResultStatus.RUNNING)
    left = [row for row in taken if set(row.worker_ids) & set(workers)]
    for row in left:
        with transaction.atomic():
            _again(*row.args_kwargs["args"])
            row.set_failed(Unsent("the worker died"))
            _forget(row.pk)
    return len(left)
