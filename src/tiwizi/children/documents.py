"""Files attached for a committee, checked in a child process: pictures are re-encoded, PDFs are accepted when they contain
nothing executable."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any, Final

from tiwizi.core.errors import Problem, Refused, Sentence, say

MOST_PIXELS: Final = 40_000_000
MOST_OBJECTS: Final = 200_000
"""The most objects of a PDF that are inspected; one with more is no letter and no plan."""
PICTURES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/png", "TIFF": "image/png"}
"""The accepted kinds of pictures, and the kind to which each is re-encoded."""
FORBIDDEN: Final = {
    "/JS": say("it holds JavaScript"),
    "/JavaScript": say("it holds JavaScript"),
    "/Launch": say("it starts programs"),
    "/EmbeddedFile": say("it carries other files"),
    "/EmbeddedFiles": say("it carries other files"),
    "/EF": say("it carries other files"),
    "/OpenAction": say("it acts by itself when it is opened or turned over"),
    "/AA": say("it acts by itself when it is opened or turned over"),
    "/Rendition": say("it plays media"),
    "/Movie": say("it plays media"),
    "/RichMedia": say("it plays media"),
    "/XFA": say("it is a form that runs by itself"),
    "/SubmitForm": say("it sends what is typed elsewhere"),
    "/ImportData": say("it reads other files"),
    "/GoToR": say("it opens other files"),
    "/GoToE": say("it opens other files"),
}

TOO_MANY: Final = say("the picture has more than 40 million points.")
SMALLER: Final = say("Make it smaller, then send it.")


def cleaned(content: bytes) -> bytes:
    """The kind of the file as it will be stored, a line end, and its bytes; by its content, whatever its name. Raises Refused."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return b"application/pdf\n" + _safe_pdf(content)
    return _drawn_anew(content)


def _refused(what: Sentence, remedy: Sentence) -> Refused:
    return Refused(Problem(what=what, remedy=remedy))


def _drawn_anew(content: bytes) -> bytes:
    """A picture re-encoded from its pixels alone: other contents of the file, such as where it was taken, are dropped."""
    library = _library("PIL.Image")
    library.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with library.open(BytesIO(content), formats=list(PICTURES)) as picture:
            return _points_of(picture)
    except (library.DecompressionBombError, library.DecompressionBombWarning) as error:
        raise _refused(TOO_MANY, SMALLER) from error
    except Refused:
        raise
    except Exception as error:
        # Any failure of the picture library on a broken or hostile file gives the same refusal.
        what = say("this is neither a PDF nor a picture that can be read.")
        raise _refused(what, say("Send a PDF, or a picture in JPEG or PNG.")) from error


def _points_of(picture: Any) -> bytes:
    wide, high = picture.size
    if wide * high > MOST_PIXELS:  # known before any pixel is read
        raise _refused(TOO_MANY, SMALLER)
    media = PICTURES[picture.format]
    jpeg = media == "image/jpeg"
    upright = _library("PIL.ImageOps").exif_transpose(picture).convert("RGB" if jpeg else "RGBA")
    fresh = _library("PIL.Image").frombytes(upright.mode, upright.size, upright.tobytes())
    out = BytesIO()
    fresh.save(out, "JPEG" if jpeg else "PNG", **({"quality": 88} if jpeg else {}))
    return f"{media}\n".encode() + out.getvalue()


def _safe_pdf(content: bytes) -> bytes:
    """The same bytes, after reading all objects and finding nothing executable."""
    remedy = say("Print it to a new PDF, or scan it.")
    try:
        reasons = _why_not_pdf(_library("pypdf").PdfReader(BytesIO(content), strict=True))
    except Refused:
        raise
    except (Exception, RecursionError) as error:
        raise _refused(say("the PDF cannot be read through."), remedy) from error
    if reasons:
        raise Refused([Problem(what=reason, remedy=remedy) for reason in reasons])
    return content


def _why_not_pdf(reader: Any) -> list[Sentence]:
    """Every reason why a PDF is refused."""
    if reader.is_encrypted:
        return [say("the PDF is locked by a password.")]
    if not len(reader.pages):
        return [say("the PDF has no page.")]
    reasons = {why.template: why for key in _keys(reader) if (why := FORBIDDEN.get(key)) is not None}
    return [say("the PDF is refused: {why}.", why=why) for why in reasons.values()]


def _keys(reader: Any) -> Iterator[str]:
    """Every key and every name of every object of a PDF, including those that no page refers to."""
    generations = ((number, of) for of, known in reader.xref.items() for number in known)
    numbers = {*generations, *((number, 0) for number in reader.xref_objStm)}
    if len(numbers) > MOST_OBJECTS:
        raise _refused(say("the PDF has too many parts to be looked through."), say("Print it to a new PDF, or scan it."))
    generic = _library("pypdf.generic")
    rest: list[Any] = [reader.trailer]
    for number, generation in sorted(numbers):
        if number:
            rest.append(reader.get_object(generic.IndirectObject(number, generation, reader)))
    while rest:
        node = rest.pop()
        if isinstance(node, generic.IndirectObject):
            continue  # read by its own number
        if isinstance(node, dict):
            yield from (str(key) for key in node if key != "/OpenAction" or _acts(dict.__getitem__(node, key), generic))
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(node)
        elif isinstance(node, generic.NameObject):
            yield str(node)


def _acts(opening: Any, generic: Any) -> bool:
    """Whether the open action does more than show a page, which office programs write into every PDF."""
    shown = opening.get_object() if isinstance(opening, generic.IndirectObject) else opening
    return not isinstance(shown, list) or any(isinstance(part, dict | list) for part in shown)


def _library(name: str) -> Any:
    """The PDF library. Raises Refused where it is not installed: then no PDF is accepted unread."""
    if find_spec(name.partition(".")[0]) is None:
        raise _refused(
            say("this server cannot look through such a file."),
            say("Ask who looks after the server to install Tiwizi with all its parts."),
        )
    return import_module(name)
