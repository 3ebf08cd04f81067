"""What organisations declare: words of the registers in the journal."""

from tiwizi.core.errors import mark
from tiwizi.organisations.models import Carrier
from tiwizi.registration import App, Case, Row

APP = App(
    acts={
        "register person": mark("registered a person"),
        "register carrier": mark("registered a carrier"),
        "tie": mark("wrote down a tie"),
        "end tie": mark("wrote down the end of a tie"),
    },
    kinds={
        "person": mark("person"),
        "carrier": mark("carrier"),
        "tie": mark("tie"),
    },
    cases={"carrier": Case((Row(Carrier),))},
)
