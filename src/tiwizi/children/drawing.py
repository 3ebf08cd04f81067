"""Drawings, made in a child process: `svg` from a Vega-Lite specification, `png` from an SVG."""

from functools import cache
from typing import Any


def svg(specification: str, fonts: tuple[str, ...]) -> bytes:
    """The drawing of a specification."""
    drawn: str = _library(fonts).vegalite_to_svg(specification, vl_version="6.1")
    return drawn.encode()


def png(drawing: str, scale: float, fonts: tuple[str, ...]) -> bytes:
    """An SVG as PNG."""
    drawn: bytes = _library(fonts).svg_to_png(drawing, scale=scale)
    return drawn


@cache
def _library(fonts: tuple[str, ...]) -> Any:
    import vl_convert

    for folder in fonts:
        vl_convert.register_font_directory(folder)
    return vl_convert
