"""Amounts as people type them: dirhams with centimes after a comma or a point, read exactly."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

MOST: Final = 10**15
"""Centimes of the largest amount: ten thousand billion dirhams, far from where a column of the database ends."""
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789,")
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2009'’٬]")
_AMOUNT: Final = re.compile(r"([0-9]{1,14})(?:[.,]([0-9]{1,2}))?", re.ASCII)


def centimes_of(typed: str) -> int | None:
    """Centimes of an amount in dirhams as typed; None where it is no such amount.

    Thousands may stand apart by blanks, centimes (one or two digits) after a comma or a point; never both a comma and a
    point, so that `1,234` and `1.234,56` are asked again instead of being read in one of two ways.
    """
    found = _AMOUNT.fullmatch(_BLANKS.sub("", typed.translate(_DIGITS)))
    if found is None:
        return None
    whole, part = found[1], found[2] or ""
    centimes = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return centimes if centimes <= MOST else None


def typed_of(centimes: int | None) -> str:
    """An amount as a form shows it again: `1234,05`; empty for none."""
    return "" if centimes is None else f"{centimes // 100},{centimes % 100:02d}"


class CentimesField(forms.CharField):
    """Dirhams as typed, centimes as kept."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=40, **more)
        self.widget.attrs |= {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """Centimes as the field shows them; what was typed as it was typed."""
        return typed_of(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Centimes; None for an empty field. Raises ValidationError for what is no amount."""
        typed = super().clean(value)
        if not typed.strip():
            return None
        centimes = centimes_of(typed)
        if centimes is None:
            raise forms.ValidationError(_("Write dirhams, with centimes after a comma: 250000 or 1 234,50."))
        return centimes
