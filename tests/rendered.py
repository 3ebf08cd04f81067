"""`python -m tests.rendered store FOLDER` keeps all that each role of a demonstration reads; `compare A B` says what differs.

The office is the one that TIWIZI_HOME names. From the home page of each account, in each language, every link that only reads
is followed, exports and documents included: at most `PER_PAGE` rows of each address. What differs at each request (tokens,
nonces) is left out; of workbooks and documents the text is kept, of pictures and PDFs that they are there.
"""

import html
import re
import sys
import zipfile
from collections import Counter, deque
from difflib import unified_diff
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import django

PER_PAGE: Final = 3
"""Rows of one address that are asked for, for each way of asking it."""
LANGUAGES: Final = ("ar", "fr", "en")
CHANGING: Final = re.compile(
    r'name="(csrfmiddlewaretoken|client_id)" value="[^"]*"|csrftoken[^"]{10,80}|nonce="[^"]*"|\?v=\w+|\.[0-9a-f]{12}\.(?=js|css)'
)
WITHOUT: Final = re.compile(r"^/(accounts/logout|language|health)")


def store(folder: Path) -> int:
    """How many answers were kept."""
    from django.conf import settings
    from django.test import Client

    from tiwizi.people.models import Account

    settings.ALLOWED_HOSTS = ["*"]
    count = 0
    for account in [None, *Account.objects.order_by("email")]:
        for language in LANGUAGES:
            client = Client(raise_request_exception=False)
            if account is not None:
                client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            client.cookies["django_language"] = language
            place = folder / (account.email.split("@")[0] if account else "nobody") / language
            place.mkdir(parents=True, exist_ok=True)
            count += _walk(client, place)
    return count


def _walk(client: Any, place: Path) -> int:
    asked, kinds, waiting = set(), Counter[str](), deque(["/"])
    while waiting:
        address = waiting.popleft()
        if address in asked or WITHOUT.match(address):
            continue
        kind = _kind(address)
        if kinds[kind] >= PER_PAGE:
            continue
        asked.add(address)
        kinds[kind] += 1
        response = client.get(address)
        content = response.getvalue() if response.streaming else response.content
        text = CHANGING.sub("", _text(content))
        name = re.sub(r"[^\w.=&-]", "_", address)[:180] or "_"
        (place / f"{name}.txt").write_text(f"{response.status_code} {response.get('Location', '')}\n{text}", encoding="utf-8")
        if "html" in response.get("Content-Type", ""):
            links = re.findall(r'(?:href|data-fragment|hx-get|src)="(/[^"#]*|\?[^"#]*)', content.decode())
            waiting.extend(
                html.unescape(link) if link[0] == "/" else urlsplit(address).path + html.unescape(link)
                for link in links
                if not link.startswith("/static/")
            )
        elif response.get("Location", "").startswith("/"):
            waiting.append(response["Location"])
    return len(asked)


def _kind(address: str) -> str:
    """An address without the rows that it names: numbers and codes of its path, values of its question save the format."""
    parts = urlsplit(address)
    path = re.sub(r"/[^/]*\d[^/]*(?=/)", "/#", parts.path)
    asked = [(name, value if name in ("format", "language", "as") else "") for name, value in sorted(parse_qsl(parts.query))]
    return f"{path}?{urlencode(asked)}"


def _text(content: bytes) -> str:
    """The words of an answer."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(content)) as archive:
            texts = [name for name in archive.namelist() if name.endswith((".xml", ".txt", ".csv"))]
            return "\n".join(
                f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in sorted(texts) if "docProps" not in name
            )
    if content[:4] in (b"%PDF", b"PAR1", b"\x89PNG"):
        return content[:4].decode("latin-1")
    return content.decode("utf-8", "replace")


def compare(before: Path, after: Path) -> int:
    """How many answers differ; prints each with its first lines that do."""
    names = sorted({file.relative_to(side) for side in (before, after) for file in side.rglob("*.txt")})
    differing = 0
    for name in names:
        texts = [
            (side / name).read_text(encoding="utf-8").splitlines() if (side / name).exists() else [] for side in (before, after)
        ]
        if texts[0] == texts[1]:
            continue
        differing += 1
        lines = [line for line in unified_diff(texts[0], texts[1], lineterm="", n=0) if line[:3] not in ("---", "+++")]
        sys.stdout.write(f"{name}\n" + "".join(f"  {line[:200]}\n" for line in lines[:6]))
    sys.stdout.write(f"{differing} of {len(names)} differ\n")
    return differing


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["store", folder]:
            django.setup()
            sys.stdout.write(f"{store(Path(folder))} answers\n")
        case ["compare", before, after]:
            sys.exit(compare(Path(before), Path(after)) > 0)
        case _:
            sys.exit(str(__doc__))
