"""Checks a journal and its checkpoints. Needs only Python's standard library: outsiders can keep it and run it alone.

    python verifier.py journal.jsonl checkpoint.json [checkpoint.json ...] [--key PUBLIC_KEY]

A journal is a text file, one JSON entry per line. Each entry's hash is SHA-256 over the hash of the entry before and the
entry itself, so that a change, a gap or another order breaks the chain where it happens. A checkpoint names an entry and
its hash, signed with Ed25519 (RFC 8032): whoever holds one can detect that a journal was rewritten, or truncated, since.
What it cannot detect: entries after the last checkpoint that were rewritten by somebody who recomputed every hash.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

FIRST: Final = "0" * 64
"""The previous hash of the first entry."""

FIELDS: Final = ("number", "at", "actor", "role", "command", "kind", "object", "place", "position", "changes")
ROWS: Final = "rows"
"""The version of an entry that holds digests of rows; earlier entries hold none."""
SIGNED: Final = ("number", "hash", "at", "key")


@dataclass(frozen=True)
class Break:
    """Where and how a journal or a checkpoint is not as it was written; `number` is the entry's, from 1.

    `what` is one of the sentences below; where it names a number, that is `other`.
    """

    number: int
    what: str
    other: int = 0

    def __str__(self) -> str:
        return f"entry {self.number}: {self.what.format(other=self.other)}"


NOT_AN_ENTRY: Final = "this line is not an entry"
OUT_OF_ORDER: Final = "entry {other} should stand here"
UNCHAINED: Final = "it does not follow the entry before it"
CHANGED: Final = "its content is not what was written"
NOT_A_CHECKPOINT: Final = "this is not a checkpoint"
OTHER_KEY: Final = "the checkpoint names another key"
UNSIGNED: Final = "the checkpoint's signature does not hold"
CUT: Final = "the journal was cut: it has {other} entries"
REWRITTEN: Final = "the journal was rewritten before this checkpoint"


def canonical(values: Mapping[str, Any]) -> bytes:
    """The canonical text of these values: JSON with sorted keys, no spaces, in UTF-8."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(previous: str, entry: Mapping[str, Any]) -> str:
    """The hash of an entry that follows the entry whose hash is `previous`: 64 hexadecimal digits."""
    body = {field: entry[field] for field in (*FIELDS, ROWS) if field != ROWS or ROWS in entry}
    return hashlib.sha256(previous.encode() + b"\n" + canonical(body)).hexdigest()


def breaks(entries: Iterable[Mapping[str, Any]]) -> list[Break]:
    """Every fault of the chain, in order; empty when it holds."""
    faults: list[Break] = []
    previous, expected = FIRST, 1
    for entry in entries:
        number = entry.get("number")
        if {*entry} - {ROWS} != {*FIELDS, "previous", "hash"} or type(number) is not int:
            faults.append(Break(expected, NOT_AN_ENTRY))
            expected += 1
            continue
        if number != expected:
            faults.append(Break(number, OUT_OF_ORDER, expected))
        if entry["previous"] != previous:
            faults.append(Break(number, UNCHAINED))
        if digest(str(entry["previous"]), entry) != entry["hash"]:
            faults.append(Break(number, CHANGED))
        previous, expected = entry["hash"], number + 1
    return faults


def checkpoint_breaks(checkpoint: Mapping[str, Any], hashes: Sequence[str], *, key: str | None = None) -> list[Break]:
    """What is wrong between a checkpoint and the hashes of a journal's entries in order; empty when they agree.

    With `key` the checkpoint must be signed by that public key (64 hexadecimal digits), not only by the one it names.
    """
    if set(checkpoint) != {*SIGNED, "signature"}:
        return [Break(0, NOT_A_CHECKPOINT)]
    number, faults = int(checkpoint["number"]), []
    message = canonical({field: checkpoint[field] for field in SIGNED})
    if key is not None and checkpoint["key"] != key:
        faults.append(Break(number, OTHER_KEY))
    if not signature_holds(str(checkpoint["key"]), message, str(checkpoint["signature"])):
        faults.append(Break(number, UNSIGNED))
    if number > len(hashes):
        faults.append(Break(number, CUT, len(hashes)))
    elif number < 1 or hashes[number - 1] != checkpoint["hash"]:
        faults.append(Break(number, REWRITTEN))
    return faults


# Ed25519 by RFC 8032, section 5.1, in plain integers: slow, but without dependencies.
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT: Final = pow(2, (_P - 1) // 4, _P)
Body = dict[str, Any]
"""An entry or a checkpoint, as JSON."""
Point = tuple[int, int, int, int]


@lru_cache(maxsize=256)
def signature_holds(key: str, message: bytes, signature: str) -> bool:
    """Whether a signature (128 hexadecimal digits) is that of the message by the owner of the public key (64 digits)."""
    try:
        public, signed = bytes.fromhex(key), bytes.fromhex(signature)
    except ValueError:
        return False
    if len(public) != 32 or len(signed) != 64:
        return False
    owner, commitment = _point(public), _point(signed[:32])
    scalar = int.from_bytes(signed[32:], "little")
    if owner is None or commitment is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signed[:32] + public + message).digest(), "little") % _L
    return _same(_times(scalar, _BASE), _plus(commitment, _times(challenge, owner)))


def _plus(first: Point, other: Point) -> Point:
    a, b = (first[1] - first[0]) * (other[1] - other[0]) % _P, (first[1] + first[0]) * (other[1] + other[0]) % _P
    c, d = 2 * first[3] * other[3] * _D % _P, 2 * first[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _plus(total, point)
        point, scalar = _plus(point, point), scalar >> 1
    return total


def _same(first: Point, other: Point) -> bool:
    return (first[0] * other[2] - other[0] * first[2]) % _P == 0 and (first[1] * other[2] - other[1] * first[2]) % _P == 0


def _abscissa(y: int, odd: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    return x if x & 1 == odd else _P - x


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    x = _abscissa(y, odd)
    return None if x is None else (x, y, 1, x * y % _P)


_BASE_Y: Final = 4 * pow(5, _P - 2, _P) % _P
_BASE: Final[Point] = (_abscissa(_BASE_Y, 0) or 0, _BASE_Y, 1, (_abscissa(_BASE_Y, 0) or 0) * _BASE_Y % _P)


def main(arguments: Sequence[str]) -> int:
    """Prints what is wrong, or that all holds; the exit status: 0 when all holds, 1 when not, 2 when misused."""
    words, key = list(arguments), None
    if "--key" in words[:-1]:
        at = words.index("--key")
        key = words[at + 1]
        del words[at : at + 2]
    if not words or words[0].startswith("-"):
        sys.stderr.write("usage: verifier.py journal.jsonl [checkpoint.json ...] [--key PUBLIC_KEY]\n")
        return 2
    with open(words[0], encoding="utf-8") as lines:  # noqa: PTH123 this file stands alone
        entries = [_entry(line) for line in lines if line.strip()]
    faults = breaks(entries)
    hashes = [str(entry.get("hash")) for entry in entries]
    for name in words[1:]:
        with open(name, encoding="utf-8") as text:  # noqa: PTH123 this file stands alone
            faults += checkpoint_breaks(_entry(text.read()), hashes, key=key)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    if not faults:
        sys.stdout.write(f"{len(entries)} entries, {len(words) - 1} checkpoints: all holds\n")
    return 1 if faults else 0


def _entry(text: str) -> Body:
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
