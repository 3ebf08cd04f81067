"""Run as a program of its own: the web server, on sockets that the one that started it holds, and ends with it."""

import ctypes
import os
import shutil
import signal
import socket
import sys
import tempfile
from typing import Final

import django
from django.conf import settings
from django.http.cookie import parse_cookie

from tiwizi.language import LANGUAGES
from tiwizi.web import listening
from tiwizi.web.working import end_with

_SIGNAL_OF_PARENT: Final = 1


def end_at_once_with(parent: int) -> None:
    """From now on this process is killed once the one that started it is gone, whatever it does: its port is free again."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SIGNAL_OF_PARENT, signal.SIGKILL)
    end_with(parent)


def words(code: int, cookies: str) -> bytes:
    """The page for who sent what could not be read, in the language of their cookie."""
    from tiwizi.web.refusals import bare

    said = parse_cookie(cookies).get(settings.LANGUAGE_COOKIE_NAME, "")
    shown = {"code": code, "stranger_kb": listening.STRANGER_MOST // 2**10, "most_mb": listening.BODY_MOST // 2**20}
    return bare("web/pages/unread.html", said if said in LANGUAGES else "ar", shown).encode()


def main(parent: int, threads: int, handles: list[int]) -> None:
    """Answers until it is told to stop."""
    end_at_once_with(parent)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    # Ctrl+C reaches every process of the terminal: the one that started this says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    from tiwizi.web.known import known
    from tiwizi.web.wsgi import application

    # What arrives waits in the office's folder, never in one that others share; what a server that was killed left there goes.
    folder = settings.HOME / "tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True, mode=0o700)
    tempfile.tempdir = str(folder)
    sockets = [socket.socket(fileno=handle) for handle in handles]
    limits = listening.Settings(threads=threads, proxies=settings.PROXIES, known=known, words=words)
    try:
        listening.listen(application, sockets, limits)
    except SystemExit:
        # What was under way is answered; taking the libraries down piece by piece would only keep the port longer.
        os._exit(0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
    main(int(sys.argv[1]), int(sys.argv[2]), [int(handle) for handle in sys.argv[3:]])
