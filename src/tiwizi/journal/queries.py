"""Reading the journal: its lines as published, and what is wrong with it."""

import json
from collections.abc import Iterator
from typing import Any, Final

from tiwizi.core.errors import Sentence, mark, say, say_count
from tiwizi.database.scope import everything
from tiwizi.journal import verifier
from tiwizi.journal.models import Checkpoint, Entry

# What the verifier says, which stands alone and so cannot mark its own sentences for translation.
SENTENCES: Final = (
    mark("this line is not an entry"),
    mark("entry {other} should stand here"),
    mark("it does not follow the entry before it"),
    mark("its content is not what was written"),
    mark("this is not a checkpoint"),
    mark("the checkpoint names another key"),
    mark("the checkpoint's signature does not hold"),
    mark("the journal was rewritten before this checkpoint"),
)


def sentence(one: verifier.Break) -> Sentence:
    """What is wrong and where, to be said in the reader's language."""
    what = Sentence(one.what, {"other": one.other})
    if one.what == verifier.CUT:
        what = say_count(
            "the journal was cut: it has {count} entry", "the journal was cut: it has {count} entries", count=one.other
        )
    return say("entry {number}: {what}", number=one.number, what=what)


def exported() -> Iterator[dict[str, Any]]:
    """Every entry in order, of all places, as the file that outsiders check holds it."""
    after = 0
    while True:
        # In pieces, so that no scope stays open while the reader holds the generator.
        with everything():
            entries = list(Entry.objects.filter(number__gt=after).order_by("number")[:500])
        if not entries:
            return
        for entry in entries:
            yield {**entry.body(), "previous": entry.previous, "hash": entry.hash}
        after = entries[-1].number


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
