"""Pages as a browser reads their markup: templates are formatted, and where their lines break means nothing."""

import re


def flat(page: str) -> str:
    """The markup with every run of white space as one space, and none before the end of a tag."""
    return re.sub(r"\s+", " ", page).replace(" >", ">")
