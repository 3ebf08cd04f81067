"""Pages as a browser reads their markup: templates are formatted, and where their lines break means nothing."""

import re


def flat(page: str) -> str:
    """The markup with every run of HTML's white space (no no-break space is) as one space, and none before the end of a tag."""
    return re.sub(r"[ \t\n\f\r]+", " ", page).replace(" >", ">")
