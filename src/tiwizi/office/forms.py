"""Fields that read amounts, whole numbers and days in any digits and separators that a person types."""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tiwizi.core.money import Centimes
from tiwizi.office.lists.columns import Said, in_currency

MOST: Final = Centimes(10**15)
"""The largest amount: ten thousand billion units of the currency, far from where a column of the database ends."""
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫،", "01234567890123456789,,")
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2009'’٬]")
# Three digits after a separator are thousands, one or two are centimes; the two separators are not the same.
_WHOLE: Final = r"(?:[1-9][0-9]{0,2}(?:(?P<apart>[.,])[0-9]{3})(?:(?P=apart)[0-9]{3})*|[0-9]{1,14})"
_NUMBER: Final = re.compile(rf"(?P<whole>{_WHOLE})", re.ASCII)
_AMOUNT: Final = re.compile(rf"(?P<whole>{_WHOLE})(?:(?!(?P=apart))[.,](?P<part>[0-9]{{1,2}}))?", re.ASCII)
_SEPARATORS: Final = re.compile(r"[.,]")
TYPED: Final = {"dir": "ltr", "autocomplete": "off"}


def plain(typed: str) -> str:
    """What somebody typed with the digits 0 to 9, and without blanks or marks between thousands."""
    return _BLANKS.sub("", typed.translate(_DIGITS))


def whole_number(typed: str) -> int | None:
    """A whole number from 0 up as typed: `١٢٣`, `1 234`, `1.234`; None for anything else."""
    match = _NUMBER.fullmatch(plain(typed))
    return None if match is None else int(_SEPARATORS.sub("", match["whole"]))


def amount(typed: str) -> Centimes | None:
    """An amount in units of the currency as typed: `1 234,50`, `1.234`, `1,234.5`, `١٬٢٣٤٫٥٠`; None for anything else."""
    match = _AMOUNT.fullmatch(plain(typed))
    if match is None:
        return None
    centimes = Centimes(int(_SEPARATORS.sub("", match["whole"])) * 100 + int((match["part"] or "").ljust(2, "0")))
    return centimes if centimes <= MOST else None


def as_typed(centimes: Centimes) -> str:
    """An amount as a form shows it again: `1234,05`."""
    return str(centimes.decimal).replace(".", ",")


class MoneyField(forms.CharField):
    """An amount as typed, Centimes as read, None for an empty field. The label says the currency.

    `whole` refuses centimes, `above_zero` refuses nothing at all.
    """

    widget = forms.TextInput({**TYPED, "inputmode": "decimal"})

    def __init__(self, *, label: Said, whole: bool = False, above_zero: bool = False, **more: Any) -> None:
        super().__init__(label=lazy(lambda: in_currency(label), str)(), max_length=40, **more)
        self.whole, self.above_zero = whole, above_zero

    def prepare_value(self, value: Any) -> Any:
        """An amount as the field shows it; what was typed as it was typed."""
        return as_typed(value) if isinstance(value, Centimes) else value

    def clean(self, value: Any) -> Centimes | None:
        """Raises ValidationError for what is no amount."""
        typed = super().clean(value)
        if not typed:
            return None
        centimes = amount(typed)
        if centimes is None:
            raise forms.ValidationError(_("Write an amount, with centimes after a comma: 250000 or 1 234,50."))
        if self.above_zero and not centimes:
            raise forms.ValidationError(_("Write an amount above zero."))
        if self.whole and centimes % 100:
            raise forms.ValidationError(_("Write a whole amount, without centimes."))
        return centimes


class WholeNumberField(forms.IntegerField):
    """A whole number as typed; None for an empty field."""

    widget = forms.TextInput({**TYPED, "inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        """The number. Raises ValidationError for what is none."""
        number = whole_number(value) if isinstance(value, str) else None
        return super().to_python(value if number is None else number)


class DayField(forms.DateField):
    """A day from the browser's calendar, or typed: `2026-11-30`, `30/11/2026`, `٣٠/١١/٢٠٢٦`."""

    FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(input_formats=self.FORMATS, widget=widget, **more)

    def to_python(self, value: Any) -> date | None:
        """The day."""
        return super().to_python(value.translate(_DIGITS) if isinstance(value, str) else value)
