"""Every address, asked by every role at the right place, at a sister place and at the parent, and signed out.

Rows with words of their own stand at each place; no answer may hold those of a place beyond the reader's, in any format. An
address that is not listed here fails the walk, so that a new one cannot be forgotten.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import office as offices
from tests import trees
from tests.committees import canaries
from tests.office import Office
from tests.trees import AT, MACHINE
from tests.walls import down

from tiwizi import registration
from tiwizi.budgets import commands as budgets
from tiwizi.database import scope
from tiwizi.journal import commands as journal
from tiwizi.journal.models import Entry
from tiwizi.people import doors
from tiwizi.people.models import Account, Invitation
from tiwizi.people.rules import ROLES
from tiwizi.registration import Case, Row
from tiwizi.territories.models import Boundary, Import, Outline, Place

FORMATS = ("", "csv", "json", "xlsx", "parquet")
CASES = registration.mapped("cases")
FILES = {name for name, case in CASES.items() if case.file}
PUBLIC = {name for name, case in CASES.items() if case.door == "public"}
OWN = {name for name, case in CASES.items() if case.door == "own"}


OFFICE_WIDE = 987_654_321
"""What the number of every entry of the walk begins with: it counts the acts of the whole office."""
PERSONAL = {
    "body", "carriers", "document", "imports", "journal", "letters", "minutes_file", "people", "scan", "session_pack",
}  # fmt: skip
"""Addresses whose files carry names of people."""


class Walk:
    """The office with a row of every kind at near, far and province, and one account of each role at each of the three."""

    def __init__(self, here: Office) -> None:
        self.office, self.tree = here, here.tree
        self.seats = {"near": self.tree.near, "far": self.tree.far, "province": self.tree.province}
        self.rows = {name: self.at(seat, name) for name, seat in self.seats.items()}
        self.committees()
        self.people = {
            (kind, name): trees.account(f"{kind}-{name}@example.org", (kind, seat), name=f"Canary{name}person")
            for kind in ROLES
            for name, seat in self.seats.items()
        }
        self.adoption = offices.adopted(here)

    def committees(self) -> None:
        """A committee at each of the three places, with rows of every kind."""
        above = None
        with scope.everything():
            for name in ("province", "near", "far"):
                made = canaries.rows_at(self.seats[name], self.rows[name]["communes"], name, self.office.officer, above)
                self.rows[name]["committee"] = made
                above = above or made["body"]

    def at(self, seat: Place, name: str) -> dict[str, Any]:
        """Rows that belong to a place, each with a word of its own."""
        account = self.office.officer
        communes = {"near": self.tree.near_communes, "far": self.tree.far_communes}.get(name, ())
        with scope.everything():
            for number, place in enumerate((seat, *communes)):
                west = -6.0 + 0.3 * len(self.seats) + 0.1 * number + (0.5 if name == "far" else 0)
                square = shapely.to_wkb(shapely.box(west, 32.0, west + 0.1, 32.1))
                box = {"west": west, "south": 32.0, "east": west + 0.1, "north": 32.1}
                Boundary.objects.create(place=place, position=place.position, wkb=square, area_km2=1, source="", **box)
            one = Import.objects.create(
                place=seat,
                position=seat.position,
                name=f"canary{name}.xlsx",
                sha256="0" * 64,
                sheet={"header": ["place"], "rows": [[f"canary{name}row"]], "lines": [2], "name": ""},
                errors={},
                differences=[],
                status="preview",
                by=account,
                at=AT,
            )
            invitation = Invitation.objects.create(
                email=f"{name}@example.org",
                name=f"Canary{name}guest",
                kind="reader",
                place=seat.code,
                position=seat.position,
                last=seat.last,
                token_hash=name.ljust(64, "0"),
                by=account,
                at=AT,
                expires_at=AT + timedelta(days=10000),
            )
            waiting = Invitation.objects.create(
                email=f"second-{name}@example.org",
                name=f"Canary{name}second",
                kind="chair",
                place=seat.code,
                position=seat.position,
                last=seat.last,
                token_hash=f"second{name}".ljust(64, "0"),
                by=account,
                at=AT,
                expires_at=AT + timedelta(days=10000),
            )
            envelope = scenario = None
            if name != "province":
                envelope = budgets.open_envelope(
                    place=seat, year=2027, title=f"Canary{name}envelope", amount_dh=500_000, account=account, by=MACHINE, at=AT
                )
                scenario = budgets.draft(
                    envelope, run=self.office.run, name=f"Canary{name}draft", account=account, by=MACHINE, at=AT
                )
        dataset = offices.dataset_at(seat, account, f"Canary{name}table")
        own = offices.run_at(seat, list(communes), account, base=9000) if communes else self.office.run
        poor = offices.run_at(seat, list(communes or self.tree.near_communes), account, base=8000, kind="households")
        return {
            "poor": poor,
            "import": one,
            "invitation": invitation,
            "waiting": waiting,
            "dataset": dataset,
            "run": own,
            "envelope": envelope or self.office.envelope,
            "scenario": scenario or self.office.other,
            "communes": communes,
        }

    def foreign(self, name: str) -> list[str]:
        """Words that no reader at this place may be shown."""
        beyond = {"near": ("far", "province"), "far": ("near", "province"), "province": ()}[name]
        words = [f"canary{other}" for other in beyond]
        if name != "province":
            other = {"near": "far", "far": "near"}[name]
            seat: Place = self.seats[other]
            # `Farcercle`, `Farccommune1` and the codes of their tree; drafts of the province.
            words += [other + "cercle", f"{other[:4]}c" if other == "far" else "nearcommune", seat.code, "second draft"]
        return words

    def arguments(self, address: str, name: str) -> list[Any]:
        """What the address captures, for the rows of a place, as its app declares it."""
        return [self.value(captured, name) for captured in CASES.get(address, Case()).captures]

    def query(self, address: str, name: str) -> dict[str, str]:
        """What else it needs."""
        return {key: str(self.value(asked, name)) for key, asked in CASES.get(address, Case()).query.items()}

    def value(self, declared: Any, name: str) -> Any:
        """What stands for itself, or a field of the first row at a place that is as declared."""
        if not isinstance(declared, Row):
            return declared
        rows = self.rows[name]
        places = rows["communes"] or self.tree.near_communes
        candidates = [*rows.values(), *rows["committee"].values(), *places]
        fitting = (
            row
            for row in candidates
            if type(row) is declared.model and all(getattr(row, key) == wanted for key, wanted in declared.where.items())
        )
        return getattr(next(fitting), declared.attribute)


@pytest.fixture(scope="module")
def walked(rows_of_module: None) -> Walk:
    with scope.everything():
        many_entries()
        made = Walk(offices.office())
        for name, seat in made.seats.items():
            journal_entry(f"canary{name}act", seat)
        Outline.objects.all().delete()
    return made


@pytest.fixture
def walk(db: None, walked: Walk) -> Walk:
    offices.forget()
    return deepcopy(walked)


@down(Entry)
def many_entries() -> None:
    """An office with so many acts that their count is seen wherever it is shown."""
    texts = dict.fromkeys(("actor", "role", "command", "kind", "object", "previous"), "")
    Entry.objects.create(number=OFFICE_WIDE * 1000, at=AT, position=0, changes={}, hash="0" * 64, **texts)


def journal_entry(word: str, seat: Place) -> None:
    journal.write(
        "act", by=MACHINE, at=AT, kind=word, object_id=word, place=seat.code, position=seat.position, after={"word": word}
    )


def named() -> Iterator[tuple[str, str]]:
    """Every address that has a name, with the permission that it declares."""
    for _where, pattern in doors.addresses():
        yield str(pattern.name), pattern.callback.permission  # type: ignore[attr-defined]


def text_of(response: Any) -> str:
    """All words of an answer: of a workbook those of its sheets."""
    content = response.getvalue() if response.streaming else response.content
    if content[:2] == b"PK":
        import zipfile
        from io import BytesIO

        from python_calamine import CalamineWorkbook

        with zipfile.ZipFile(BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return " ".join(
                    [*archive.namelist(), *(archive.read(name).decode("latin-1") for name in archive.namelist())]
                ).lower()
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return " ".join(
            str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        ).lower()
    return str(content.decode("utf-8", "replace")).lower()


def entered(account: Account | None) -> Client:
    client = Client(raise_request_exception=True)
    if account is not None:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "fr"
    return client


def test_every_address_declares_who_may_come() -> None:
    assert doors.check_doors() == []
    permissions = {permission for _name, permission in named()}
    assert {"places.see", "measures.see", "budgets.see", "budgets.adopt", "people.invite", "journal.see"} <= permissions


def test_an_address_without_a_door_is_found_and_shut(db: None, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.doorless"
    assert ["doorless" in str(error.msg) for error in doors.check_doors()] == [True]
    response = Client(raise_request_exception=False).get("/doorless/")
    assert response.status_code == 403
    assert b"secret" not in response.content


def test_signed_out_nobody_passes_but_to_sign_in(walk: Walk) -> None:
    client = entered(None)
    for name, permission in named():
        for method in (client.get, client.post):
            response = method(reverse(name, args=walk.arguments(name, "near")), walk.query(name, "near"))
            if name in PUBLIC:
                assert permission == doors.PUBLIC, name
            else:
                assert response.status_code == 302, name
                assert reverse("account_login") in response.headers["Location"], name
            assert "canary" not in text_of(response), name
            assert not counted(text_of(response)), name


def counted(said: str) -> bool:
    """Whether an answer shows the number of an entry, however its digits are grouped."""
    return str(OFFICE_WIDE) in re.sub(r"(?<=\d)[\s.,](?=\d)", "", said)


SEATS = ("near", "far", "province")


def breaches(walk: Walk, kind: str, seats: tuple[str, ...] = SEATS, *, whole: bool = False) -> tuple[int, list[str]]:
    """How many answers a role was given at each place, and each that says what it must not.

    The whole asks each address in each format. Otherwise an address that refuses the role is asked as a page, and one that
    answers also in one more format, in turn: from role to role and from place to place each address has its turn in all of them.
    """
    asked, found = 0, []
    for turn, seat in enumerate(seats, sorted(ROLES).index(kind)):
        client = entered(walk.people[kind, seat])
        for number, (name, permission) in enumerate(named()):
            if name in PUBLIC | OWN and name not in ("home", "account"):
                continue
            permitted = permission in ROLES[kind].permissions or permission == doors.SIGNED_IN
            for target in ("near", "far", "province"):
                address = reverse(name, args=walk.arguments(name, target))
                forms = FORMATS if whole else ("", FORMATS[1 + (number + turn) % 4])
                for form in ("",) if name in FILES or not (permitted or whole) else forms:
                    response = client.get(address, {**walk.query(name, target), **({"format": form} if form else {})})
                    asked += 1
                    # The address that was asked comes back in the form that changes the language: its sender knew it.
                    # So does a token of random letters, which may spell anything.
                    said = re.sub(r'name="(next|csrfmiddlewaretoken)" value="[^"]*"', "", text_of(response))
                    where = f"{kind} at {seat} asked {address} as {form or 'page'}: {response.status_code}"
                    # Who keeps one committee keeps no other, not even one below: those addresses answer so.
                    kept = (403,) if permission in ("committees.keep", "matters.propose") else ()
                    if response.status_code not in ((200, 204, 302, 304, 404, 405, 409, *kept) if permitted else (403, 405)):
                        found.append(where)
                    words = walk.foreign(seat) if permitted else ["canarynear", "canaryfar", "canaryprovince"]
                    found += [f"{where} says {word}" for word in words if word in said.replace(f"canary{seat}person", "")]
                    if (seat, name) != ("province", "journal") and counted(said):
                        found.append(f"{where} counts the acts of the office")
    return asked, found


@pytest.mark.parametrize("kind", ["officer"] if connection.vendor == "postgresql" else sorted(ROLES))
def test_no_role_sees_beyond_its_place(walk: Walk, kind: str) -> None:
    # Near and far are sisters, alike but for their names: each role sits at one of them here, at both in the long walk.
    sister = SEATS[sorted(ROLES).index(kind) % 2]
    asked, found = breaches(walk, kind, seats=(sister, "province"))
    assert found == []
    assert asked > 350


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(ROLES))
def test_no_role_sees_beyond_its_place_in_any_format(walk: Walk, kind: str) -> None:
    asked, found = breaches(walk, kind, whole=True)
    assert found == []
    assert asked > 3000


def test_the_walk_finds_a_manager_that_forgot_the_scope(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    def unbounded(self: scope.ScopedManager) -> Any:
        return scope.ScopedQuerySet(self.model, using=self._db)

    monkeypatch.setattr(scope.ScopedManager, "get_queryset", unbounded)
    _asked, found = breaches(walk, "officer", seats=("near",))
    assert len({where.split(" as ")[0] for where in found}) > 10


def test_the_walk_finds_a_door_that_lets_everybody_in(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiwizi.people.queries.scope_of", lambda _roles, _permission: scope.EVERYTHING)
    _asked, found = breaches(walk, "reader", seats=("near",))
    assert len({where.split(" as ")[0] for where in found}) > 10


def test_the_walk_finds_numbers_of_entries_shown_to_a_local_reader(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiwizi.people.queries.sees_whole_office", lambda _scope: True)
    _asked, found = breaches(walk, "chair", seats=("near",))
    assert {where.split(" as ")[0] for where in found} == {f"chair at near asked {reverse('journal')}"}


@pytest.mark.parametrize("kind", ["administrator", "officer", "provincial_secretary"])
def test_a_file_with_names_of_people_is_taken_on_record_and_no_other(walk: Walk, kind: str) -> None:
    client = entered(walk.people[kind, "province"])
    names = [f"canary{seat}{who}" for seat in walk.seats for who in ("person", "member")]
    permitted = {name for name, permission in named() if permission in ROLES[kind].permissions}
    on_record = set()
    for name in sorted(permitted):
        for form in ("",) if name in FILES else ("", "csv", "json"):
            before = entries()
            address = reverse(name, args=walk.arguments(name, "near"))
            response = client.get(address, {**walk.query(name, "near"), **({"format": form} if form else {})})
            downloads = entries() - before
            if downloads:
                on_record.add(name)
            as_json = form == "json" and response.headers.get("Content-Type") == "application/json"
            file = as_json or "Content-Disposition" in response.headers
            assert downloads <= int(file), name
            assert downloads or not file or not any(word in text_of(response) for word in names), name
    assert on_record == PERSONAL & permitted


def entries() -> int:
    with scope.everything():
        return int(Entry.objects.count())


def test_a_foreign_row_answers_as_an_absent_one(walk: Walk) -> None:
    client = entered(walk.people["officer", "near"])
    absent: dict[str, list[Any]] = {
        "import_show": [999999],
        "dataset": [999999],
        "run": [999999],
        "envelope": [999999],
        "scenario": [999999],
        "place": ["99.999"],
    }
    for name, nothing in absent.items():
        foreign = client.get(reverse(name, args=walk.arguments(name, "far")))
        missing = client.get(reverse(name, args=nothing))
        assert foreign.status_code == missing.status_code == 404, name
        assert clean(foreign) == clean(missing), name


def clean(response: Any) -> str:
    """An answer without what differs from one request to the next: its address and the form's token."""
    text = re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", response.content.decode())
    return re.sub(r"\s+", " ", text)


def test_writing_beyond_the_place_is_refused_too(walk: Walk) -> None:
    client = entered(walk.people["officer", "near"])
    before = Import.objects
    for act in ("apply", "drop", "undo"):
        assert client.post(reverse("import_settle", args=[walk.rows["far"]["import"].pk, act])).status_code == 404
    assert client.post(reverse("recompute", args=[walk.rows["far"]["scenario"].pk]), {"weight_poverty": "1"}).status_code == 404
    assert client.post(reverse("scenario", args=[walk.rows["far"]["scenario"].pk]), {"version": "1"}).status_code == 404
    assert client.post(reverse("envelope", args=[walk.rows["far"]["envelope"].pk]), {"name": "mine"}).status_code == 404
    with scope.everything():
        assert before.get(pk=walk.rows["far"]["import"].pk).status == "preview"


def test_the_adopted_share_is_read_from_below_and_a_draft_is_not(walk: Walk) -> None:
    client = entered(walk.people["local_secretary", "near"])
    adopted, draft = walk.office.draft, walk.office.other
    page = client.get(reverse("scenario", args=[adopted.pk]))
    assert page.status_code == 200
    said = text_of(page)
    assert "nearcommune1" in said
    assert "farccommune1" not in said
    assert client.get(reverse("scenario", args=[draft.pk])).status_code == 404
    mine, theirs = walk.tree.near_communes[0], walk.tree.far_communes[0]
    assert client.get(reverse("reasons", args=[adopted.pk, mine.code])).status_code == 200
    assert client.get(reverse("reasons", args=[adopted.pk, theirs.code])).status_code == 404
    assert client.get(reverse("sheet", args=[adopted.pk, theirs.code])).status_code == 404
    assert client.post(reverse("recompute", args=[adopted.pk])).status_code == 403


def test_a_checkpoint_is_made_for_who_sees_the_whole_office_alone(walk: Walk) -> None:
    local, whole = entered(walk.people["local_secretary", "near"]), entered(walk.people["administrator", "province"])
    address = reverse("checkpoint")
    assert local.post(address).status_code == 403
    assert address not in local.get(reverse("journal")).content.decode()
    assert address in whole.get(reverse("journal")).content.decode()
    assert whole.post(address).status_code == 200


def test_a_number_of_a_carrier_tells_nothing_of_another_place(walk: Walk) -> None:
    client = entered(walk.people["local_secretary", "near"])
    form = {"kind": "association", "name_ar": "", "name_fr": "Mine", "place": walk.tree.near_communes[0].code}
    answers = []
    for code in ("Canaryfarcarrier", "nobody-has-this"):
        answer = client.post(reverse("carriers"), {**form, "code": code})
        answers.append((answer.status_code, re.sub(r"\d+|" + code, "", answer.headers.get("Location", ""))))
    assert answers[0] == answers[1]
    assert answers[0][0] == 303
