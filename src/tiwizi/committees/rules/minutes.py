"""When minutes may be written, signed, sealed and corrected."""

from collections.abc import Mapping, Sequence

from tiwizi.core.errors import Sentence, say

CAPACITIES = ("secretary", "chair")
OVER = ("closed", "lapsed")


def why_not_write(*, state: str, signed: Sequence[str], sealed: bool) -> list[Sentence]:
    """Every reason why the files of the minutes cannot be written (anew); `signed` are the capacities that signed them."""
    reasons = []
    if state not in OVER:
        reasons.append(say("Minutes are written once the session is over."))
    if sealed:
        reasons.append(say("These minutes are sealed: what corrects them is a new version, with its reason."))
    elif signed:
        reasons.append(say("These minutes are signed: they stay as they are."))
    return reasons


def why_not_sign(
    *,
    capacity: str,
    written: Mapping[str, str],
    shown: Mapping[str, str],
    signed: Mapping[str, str],
    account: str,
    name: str,
    chairs: bool = False,
    scanned_by: str = "",
    confirms: bool = False,
) -> list[Sentence]:
    """Every reason why minutes cannot be signed: `written` and `shown` are the hashes by file, of what is kept and of the page.

    `signed` are the accounts that signed, by capacity. The secretary signs first. The chair signs with an account of their own
    (`chairs`); or signed the print, whose scan somebody attached (`scanned_by`), and a second person (`confirms`) seals.
    """
    reasons = []
    if capacity not in CAPACITIES:
        reasons.append(say("Minutes are signed by the secretary and by the chair."))
    if not written:
        reasons.append(say("There are no minutes to sign yet: write them first."))
    elif dict(shown) != dict(written):
        reasons.append(say("These are not the files that your page showed: load it again, and read them before you sign."))
    if capacity in signed:
        reasons.append(say("They are signed in this capacity already."))
    if capacity == "chair":
        reasons += _why_not_seal(signed, account, chairs=chairs, scanned_by=scanned_by, confirms=confirms)
    if not name.strip():
        reasons.append(say("Write the name of who signs."))
    return reasons


def _why_not_seal(signed: Mapping[str, str], account: str, *, chairs: bool, scanned_by: str, confirms: bool) -> list[Sentence]:
    reasons = []
    if "secretary" not in signed:
        reasons.append(say("The secretary signs first."))
    if signed.get("secretary") == account:
        reasons.append(say("Nobody signs twice: the chair signs, or a second person confirms the scan of the signed print."))
    if not scanned_by:
        return reasons + ([] if chairs else [say("Only an account with the role of this committee's chair signs as the chair.")])
    if scanned_by == account:
        reasons.append(say("You attached this scan: a second person confirms it."))
    if not confirms:
        reasons.append(say("Who confirms the scan keeps or chairs a committee of this place or above."))
    return reasons


def why_not_scan(*, written: Mapping[str, str], signed: Sequence[str], name: str) -> list[Sentence]:
    """Every reason why a scan of the signed print cannot be attached; `signed` are the capacities that signed."""
    reasons = []
    if not written:
        reasons.append(say("There are no minutes to sign yet: write them first."))
    if "secretary" not in signed:
        reasons.append(say("The secretary signs first."))
    if "chair" in signed:
        reasons.append(say("They are signed in this capacity already."))
    if not name.strip():
        reasons.append(say("Write the name of who signs."))
    return reasons


def why_not_correct(*, sealed: bool, why: str) -> list[Sentence]:
    """Every reason why a new version cannot be begun."""
    reasons = [] if sealed else [say("These minutes are not sealed: write them again instead.")]
    if not why.strip():
        reasons.append(say("Say what is corrected, and why."))
    return reasons
