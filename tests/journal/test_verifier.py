"""The chain and its checkpoints: whatever is done to a journal by hand is found, and found where it was done."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tiwizi.journal import verifier
from tiwizi.journal.verifier import FIRST, breaks, canonical, checkpoint_breaks, digest, signature_holds

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
Entry = dict[str, Any]

# RFC 8032, section 7.1, tests 1 and 2: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        b"",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        b"\x72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


def journal(length: int, seed: int = 1) -> list[Entry]:
    """A journal of made-up entries, rightly chained."""
    draw = random.Random(seed)  # noqa: S311 seeded on purpose
    entries: list[Entry] = []
    previous = FIRST
    for number in range(1, length + 1):
        entry: Entry = {
            "number": number,
            "at": f"2026-11-23T10:{number % 60:02d}:00.000000+00:00",
            "actor": f"account {draw.randrange(9)}",
            "role": "secretary",
            "command": draw.choice(["adopt", "import", "invite"]),
            "kind": "scenario",
            "object": str(draw.randrange(99)),
            "place": "05.301",
            "position": 0,
            "changes": {"weight": [draw.randrange(50), draw.randrange(50)], "name": ["قديم", "جديد"]},
            "previous": previous,
        }
        entry["hash"] = previous = digest(previous, entry)
        entries.append(entry)
    return entries


def signed(entries: list[Entry], number: int, key: Ed25519PrivateKey = KEY) -> Entry:
    """A checkpoint of an entry, signed."""
    checkpoint: Entry = {
        "number": number,
        "hash": entries[number - 1]["hash"],
        "at": "2026-11-23T12:00:00+00:00",
        "key": key.public_key().public_bytes_raw().hex(),
    }
    return {**checkpoint, "signature": key.sign(canonical(checkpoint)).hex()}


def found_in(entries: list[Entry], checkpoint: Entry) -> list[verifier.Break]:
    # The signature is only looked at where the chain holds: it takes longer than all the rest.
    hashes = [str(entry.get("hash")) for entry in entries]
    return breaks(entries) or checkpoint_breaks(checkpoint, hashes, key=PUBLIC)


def rechained(entries: list[Entry], start: int) -> None:
    """What somebody with the database in hand would do: recompute every hash from an entry on."""
    previous = entries[start - 1]["hash"] if start else FIRST
    for number, entry in enumerate(entries[start:], start=start + 1):
        entry["number"], entry["previous"] = number, previous
        entry["hash"] = previous = digest(previous, entry)


def tampered(entries: list[Entry], draw: random.Random) -> list[Entry]:
    """The journal after one act by hand, drawn among all that TRUST.md names."""
    hurt = copy.deepcopy(entries)
    at = draw.randrange(len(hurt))
    act = draw.choice(["field", "value", "delete", "swap", "repeat", "cut", "rewrite", "hash", "rewrite one", "insert"])
    if act == "field":
        field = draw.choice([*verifier.FIELDS[1:-1], "previous"])
        hurt[at][field] = f"{hurt[at][field]}x" if isinstance(hurt[at][field], str) else hurt[at][field] + 1
    elif act == "value":
        hurt[at]["changes"]["weight"][1] += 1
    elif act == "delete":
        del hurt[at]
    elif act == "swap":
        other = (at + 1) % len(hurt)
        hurt[at], hurt[other] = hurt[other], hurt[at]
    elif act == "repeat":
        hurt.insert(at, copy.deepcopy(hurt[at]))
    elif act == "cut":
        del hurt[at:]
    elif act == "hash":
        hurt[at]["hash"] = digest(FIRST, hurt[at])[::-1]
    elif act == "insert":
        hurt.insert(at, {**copy.deepcopy(hurt[at]), "actor": "nobody"})
        rechained(hurt, at)
    else:
        hurt[at]["actor"] = "somebody else"
        rechained(hurt, at)
    return hurt


def test_a_right_journal_holds() -> None:
    entries = journal(40)
    assert found_in(entries, signed(entries, 40)) == []
    assert breaks([]) == []


def test_a_thousand_tamperings_are_all_found() -> None:
    entries = journal(40)
    checkpoint = signed(entries, 40)
    draw = random.Random(20261123)  # noqa: S311 seeded on purpose
    missed = [number for number in range(1000) if not found_in(tampered(entries, draw), checkpoint)]
    assert missed == []


@pytest.mark.long
def test_ten_thousand_tamperings_are_all_found() -> None:
    entries = journal(60, seed=2)
    checkpoint = signed(entries, 60)
    draw = random.Random(7)  # noqa: S311 seeded on purpose
    assert all(found_in(tampered(entries, draw), checkpoint) for _ in range(10_000))


def test_the_break_is_named_where_it_is() -> None:
    entries = journal(10)
    entries[6]["changes"]["weight"][0] = 99
    assert [(fault.number, fault.what) for fault in breaks(entries)] == [(7, "its content is not what was written")]
    del entries[3]
    assert breaks(entries)[0] == verifier.Break(5, verifier.OUT_OF_ORDER, 4)


def test_a_rewritten_chain_is_seen_only_with_a_checkpoint() -> None:
    entries = journal(10)
    checkpoint = signed(entries, 8)
    entries[4]["actor"] = "somebody else"
    rechained(entries, 4)
    assert breaks(entries) == []
    assert [fault.what for fault in found_in(entries, checkpoint)] == ["the journal was rewritten before this checkpoint"]


def test_a_journal_cut_short_is_seen_with_a_checkpoint() -> None:
    entries = journal(10)
    checkpoint = signed(entries, 10)
    assert found_in(entries[:7], checkpoint) == [verifier.Break(10, verifier.CUT, 7)]


def test_a_checkpoint_signed_by_another_or_changed_does_not_hold() -> None:
    entries = journal(5)
    other = signed(entries, 5, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert "the checkpoint names another key" in [fault.what for fault in found_in(entries, other)]
    changed = {**signed(entries, 5), "at": "2020-01-01T00:00:00+00:00"}
    assert "the checkpoint's signature does not hold" in [fault.what for fault in found_in(entries, changed)]
    assert checkpoint_breaks({}, []) == [verifier.Break(0, verifier.NOT_A_CHECKPOINT)]


def test_signatures_agree_with_a_trusted_library_and_with_the_standard() -> None:
    assert all(signature_holds(*known) for known in RFC_8032)
    draw = random.Random(3)  # noqa: S311 seeded on purpose
    for _ in range(20):
        key, message = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32)), draw.randbytes(draw.randrange(80))
        public, signature = key.public_key().public_bytes_raw().hex(), key.sign(message)
        assert signature_holds(public, message, signature.hex())
        wrong = bytearray(signature)
        wrong[draw.randrange(64)] ^= 1 << draw.randrange(8)
        assert not signature_holds(public, message, bytes(wrong).hex())
        assert not signature_holds(public, message + b"!", signature.hex())


@pytest.mark.parametrize("signature", ["", "00", "zz" * 64, "00" * 64, "ff" * 64])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert not signature_holds(PUBLIC, b"message", signature)


def run_alone(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    """The script as an outsider runs it: its file alone, without the package nor its libraries."""
    command = [sys.executable, "-I", "-S", Path(verifier.__file__), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_script_stands_alone(tmp_path: Path) -> None:
    entries = journal(12)
    file, point = tmp_path / "journal.jsonl", tmp_path / "checkpoint.json"
    file.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")
    point.write_text(json.dumps(signed(entries, 12)), encoding="utf-8")
    right = run_alone(file, point, "--key", PUBLIC)
    assert (right.returncode, right.stdout) == (0, "12 entries, 1 checkpoints: all holds\n")
    entries[4]["actor"] = "somebody else"
    file.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")
    wrong = run_alone(file, point)
    assert (wrong.returncode, wrong.stdout) == (1, "entry 5: its content is not what was written\n")
    assert run_alone().returncode == 2
