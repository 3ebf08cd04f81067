"""Documents, typeset by Typst in a child process."""

from collections.abc import Mapping
from datetime import datetime


def pdf(files: Mapping[str, bytes], fonts: tuple[str, ...], tagged: bool, day: datetime) -> bytes:
    """The PDF of a template, `main`, and of the files that it names; the same files and day give the same bytes."""
    import typst

    made: object = typst.compile(  # type: ignore[call-overload] # its stubs leave out the files by name
        dict(files),
        format="pdf",
        font_paths=list(fonts),
        ignore_system_fonts=True,
        pdf_tags=tagged,
        timestamp=day,
    )
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gave no document")
    return made
