"""What the acts on a matter are called in its history."""

from typing import Final

from tiwizi.core.errors import mark

MATTERS: Final = {
    "propose matter": mark("proposed"),
    "change matter": mark("changed"),
    "take_up matter": mark("debate opened"),
    "adjourn matter": mark("put off to a later session"),
    "withdraw matter": mark("withdrawn"),
    "amend matter": mark("amendments deposited"),
    "settle_amendments matter": mark("amendments settled"),
    "put_to_vote matter": mark("put to the vote"),
    "adopt matter": mark("adopted"),
    "reject matter": mark("rejected"),
    "find_no_quorum matter": mark("vote without a quorum"),
}
