"""A small made-up territory for tests: a province with two cercles, two communes each, and what stands on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tiwizi.database import scope
from tiwizi.database.scope import Scope
from tiwizi.journal.commands import Actor
from tiwizi.people.models import Account, Role
from tiwizi.territories.models import Place
from tiwizi.territories.rules import DEPTH, SLOTS

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
MACHINE = Actor(account="test", role="")


@dataclass(frozen=True)
class Tree:
    """The province and what lies in it; `near` and `far` are sisters, and so are their communes."""

    country: Place
    province: Place
    near: Place
    far: Place
    near_communes: tuple[Place, Place]
    far_communes: tuple[Place, Place]


def place(code: str, level: str, name: str, parent: Place | None, slot: int, depth: int) -> Place:
    """One place, in its slot."""
    width = SLOTS ** (DEPTH - depth)
    position = (parent.position if parent else 0) + slot * width
    made: Place = Place.objects.create(
        code=code,
        level=level,
        parent=parent,
        slot=slot,
        position=position,
        last=position + width - 1,
        name_fr=name,
        name_ar=f"ع {name}",
        population=1000 * slot,
        since=date(2009, 1, 1),
        source="made up",
        folded=name.lower(),
        sort_ar=name.lower(),
        sort_fr=name.lower(),
    )
    return made


def tree() -> Tree:
    """The territory, in the database."""
    with scope.everything():
        country = place("MA", "country", "Country", None, 1, 0)
        region = place("05", "region", "Region", country, 5, 1)
        province = place("05.301", "province", "Province", region, 1, 2)
        near = place("05.301.03", "cercle", "Nearcercle", province, 1, 3)
        far = place("05.301.07", "cercle", "Farcercle", province, 2, 3)
        communes = [
            place(f"{cercle.code}.0{number}", "commune", f"{cercle.name_fr[:4]}commune{number}", cercle, number, 4)
            for cercle in (near, far)
            for number in (1, 3)
        ]
    return Tree(country, province, near, far, (communes[0], communes[1]), (communes[2], communes[3]))


def of(seat: Place) -> Scope:
    """The scope of a place."""
    return Scope(((seat.position, seat.last),))


def account(email: str, *roles: tuple[str, Place], demonstration: bool = True, name: str = "") -> Account:
    """An account with these roles; its passphrase is not usable: tests sign in by force."""
    made = Account.objects.create(email=email, name=name or email, demonstration=demonstration, created_at=AT, password="!")
    with scope.everything():
        for kind, seat in roles:
            Role.objects.create(
                account=made, kind=kind, place=seat.code, position=seat.position, last=seat.last, since=date(2026, 1, 1)
            )
    return made
