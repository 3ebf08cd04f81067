"""Sixty slow clients while twenty readers read: how long the readers wait, compared with the same readers alone. The slow
clients are signed out: a third sends a request line that never ends, a third a body that never comes, a third reads nothing
of its response. A disconnected client reconnects at once. The office is that of the demonstration, filled once and kept.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random
from typing import Final

from bench import office

HOME: Final = Path(tempfile.gettempdir()) / "tiwizi-bench-slow"
SLOW: Final = 60
LIMIT_MS: Final = 300
ASKED: Final = (
    b"GET /account/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    b"POST /account/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nab",
    b"GET /account/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
)


def slow(kind: int, over: threading.Event) -> None:
    """One slow client: one byte every two seconds, none read; it reconnects when disconnected."""
    while not over.is_set():
        try:
            with socket.create_connection(("127.0.0.1", office.PORT), timeout=2) as client:
                client.sendall(ASKED[kind % len(ASKED)])
                while not over.wait(2):
                    if kind % len(ASKED) < 2:
                        client.sendall(b"a")
        except OSError:
            over.wait(0.2)


def main() -> None:
    """Prints the two lines of the table."""
    if not (HOME / "demonstration.json").exists():
        HOME.mkdir(parents=True, exist_ok=True)
        filled = [sys.executable, "-m", "tiwizi.cli", "demo", "--no-serve"]
        subprocess.run(filled, env=office.environment(HOME), check=True, stdout=subprocess.DEVNULL)
    people = json.loads((HOME / "demonstration.json").read_text(encoding="utf-8"))
    officer = next(person for person in people if person["role"] == "officer")
    pages = ("/measures/", "/budgets/", "/budgets/scenarios/1/")
    load, _five, _fifteen = os.getloadavg()
    print(
        f"\nSlow clients: {SLOW} beside {office.READERS} readers, {office.PAUSE} s a page; load of the machine before: {load:.1f}"
    )
    print(f"{'milliseconds':<52}{'median':>9}{'95 %':>9}{'most':>9}{'aim':>8}")

    def address(draw: Random) -> str:
        return draw.choice(pages)

    with office.served(HOME):
        cookies = [office.signed_in(officer["passphrase"], officer["email"]) for _reader in range(office.READERS)]
        office.load(cookies[:2], address, pause=0)
        office.row("readers alone", office.load(cookies, address, pause=office.PAUSE), LIMIT_MS)
        over = threading.Event()
        clients = [threading.Thread(target=slow, args=(kind, over)) for kind in range(SLOW)]
        for client in clients:
            client.start()
        time.sleep(3)
        try:
            office.row(f"readers beside {SLOW} slow clients", office.load(cookies, address, pause=office.PAUSE), LIMIT_MS)
        finally:
            over.set()
            for client in clients:
                client.join()
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
