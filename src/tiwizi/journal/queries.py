"""Reading the journal: its lines as published, and what is wrong with it."""

import json
from collections.abc import Iterator
from typing import Any

from tiwizi.journal import verifier
from tiwizi.journal.models import Checkpoint, Entry


def exported() -> Iterator[dict[str, Any]]:
    """Every entry in order, as the file that outsiders check holds it."""
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        yield {**entry.body(), "previous": entry.previous, "hash": entry.hash}


def lines() -> Iterator[str]:
    """The same as lines of text, one JSON object each."""
    for entry in exported():
        yield json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"


def breaks(*, key: str | None = None) -> list[verifier.Break]:
    """Every place where the journal, or a checkpoint kept beside it, does not hold; empty when all does.

    With `key`, the checkpoints must be signed by that public key.
    """
    hashes: list[str] = []

    def read() -> Iterator[dict[str, Any]]:
        for entry in exported():
            hashes.append(entry["hash"])
            yield entry

    found = verifier.breaks(read())
    for checkpoint in Checkpoint.objects.order_by("number", "id"):
        found += verifier.checkpoint_breaks(checkpoint.body(), hashes, key=key)
    return found
