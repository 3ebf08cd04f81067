"""Files laid before a committee: looked through, and pictures drawn anew, by a child process of their own."""

from dataclasses import dataclass
from typing import Final

from tiwizi.children.parent import READING, made
from tiwizi.core.errors import Problem, Refused, say

MOST_BYTES: Final = 10 * 1024 * 1024


@dataclass(frozen=True)
class Clean:
    """A file as it is kept."""

    content: bytes
    media: str


def cleaned(content: bytes) -> Clean:
    """The file as it may be kept, by what it holds, whatever it is called. Raises Refused in words."""
    if len(content) > MOST_BYTES:
        what = say("the file is larger than 10 MB.")
        raise Refused(Problem(what=what, remedy=say("Scan it in black and white, or send its parts one by one.")))
    media, _end, kept = made(READING, "tiwizi.children.documents", "cleaned", content).partition(b"\n")
    return Clean(kept, media.decode())
