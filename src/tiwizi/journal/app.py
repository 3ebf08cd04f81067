"""What the journal declares."""

from tiwizi.core.errors import mark
from tiwizi.registration import App

APP = App(
    acts={
        "take stock": mark("put on record what was there before"),
        "change rows": mark("changed rows outside any act"),
    },
)
