"""What nothing shows is not kept, and what is drawn is current."""

import re
from pathlib import Path
from typing import Final

from tests import diagrams

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "tiwizi"
NAMED_BY_LIBRARIES: Final = {"429.html": "allauth shows it to who asks too often"}


def test_no_template_is_unused() -> None:
    """A template is named whole where it is shown, extended or included, or up to its part: `measures/pages/run{part}.html`."""
    texts = [path.read_text(encoding="utf-8") for kind in ("*.py", "*.html") for path in PACKAGE.rglob(kind)]
    names = {name for text in texts for name in re.findall(r"[\w./-]+(?:\{part\})?\.html", text)}
    shown = re.compile("|".join(re.escape(name).replace(r"\{part\}", r"(_\w+)?") for name in names))
    templates = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.html")}
    unused = {name for name in templates if not shown.fullmatch(name)}
    assert unused == set(NAMED_BY_LIBRARIES)


def test_the_published_diagrams_of_states_are_current() -> None:
    assert diagrams.PAGE.read_text(encoding="utf-8") == diagrams.page(), "run `python -m tests.diagrams`"
