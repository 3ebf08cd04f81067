"""What the columns of a table are called in files: a file that went out in one language is read back in any."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tiwizi.core.errors import BadData, Problem, say
from tiwizi.language import LANGUAGES, translator
from tiwizi.office.lists.columns import CODE_OF

LONGEST: Final = 200
"""Characters of a title that a file can have of us."""


@dataclass(frozen=True)
class Titles:
    """By the name of each column its title, a template of ours. Of those `coded` a file holds a name and, beside it, the code."""

    titles: Mapping[str, str]
    coded: frozenset[str] = frozenset()

    def recognised(self, header: Sequence[str]) -> tuple[str, ...]:
        """The columns of a file by their names, whichever language they are titled in; others stay as they are.

        Raises BadData where two columns mean the same.
        """
        known = {_key(title): name for language in LANGUAGES for name, title in self._in(language)}
        # What is longer than any title of ours is none, and a hostile one is not copied to see that.
        names = tuple(known.get(_key(title), title) if len(title) <= LONGEST else title for title in header)
        times = Counter(names)
        both = [title for title, name in zip(header, names, strict=True) if times[name] > 1]
        if both:
            problem = say("these columns mean the same: {columns}.", columns=", ".join(title[:LONGEST] for title in both[:6]))
            raise BadData(Problem(what=problem, remedy=say("Keep one of them.")))
        return names

    def _in(self, language: str) -> list[tuple[str, str]]:
        speak = translator(language)
        said = {name: speak(title) for name, title in self.titles.items()}
        return [(name, speak(CODE_OF).format(title=title) if name in self.coded else title) for name, title in said.items()]


def _key(title: str) -> str:
    return " ".join(title.split()).casefold()
