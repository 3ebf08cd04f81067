"""Minutes: written from the record, signed, sealed, corrected; what is sealed is what was shown, and a changed byte is found."""

import hashlib
import io
import itertools
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from docx import Document
from tests.committees import chamber
from tests.committees.chamber import AT, Chamber, amended, decide, fresh, item, mandates, opened, project, take_up, vote
from tests.committees.pages.test_register import drop_guard
from tests.trees import MACHINE, account

from tiwizi.committees import verifying
from tiwizi.committees.commands import minutes as commands
from tiwizi.committees.commands import sessions, votes
from tiwizi.committees.models import Minutes, Session, Signature
from tiwizi.committees.rules import minutes as rules
from tiwizi.core.errors import Refused
from tiwizi.database import scope
from tiwizi.journal.models import Entry


@pytest.fixture
def here(db: None) -> Chamber:
    return chamber.chamber()


@pytest.fixture(autouse=True)
def _all_seen(db: None) -> object:
    with scope.everything():
        yield


def drawn(first: int) -> Callable[[str], str]:
    """Letters one after another: no chance in a test."""
    turn = itertools.count(first)
    return lambda letters: letters[next(turn) % len(letters)]


def write(here: Chamber, session: Session, **more: Any) -> list[Minutes]:
    version = more.pop("version", None)
    made = commands.typeset(
        session,
        version=version,
        address=lambda code: f"https://office.example/{code}",
        choose=drawn(Minutes.objects.count()),
        **more,
    )
    return commands.write(made, account=here.secretary, by=MACHINE, at=AT)


def sign(here: Chamber, session: Session, capacity: str, **more: Any) -> Signature:
    shown = more.pop("shown", commands.hashes(session, commands.number_of(session)))
    who = more.pop("account", here.secretary)
    return commands.sign(session, capacity=capacity, name="N.", shown=shown, account=who, by=MACHINE, at=AT, **more)


def closed(here: Chamber) -> Session:
    return decide(here, here.province, project(here, text_fr="Le comité approuve.", text_ar="تصادق اللجنة."))


def test_the_files_say_who_was_there_how_they_voted_and_what_was_decided(here: Chamber) -> None:
    files = write(here, closed(here))
    assert [(one.language, one.media) for one in files] == [("ar", "pdf"), ("ar", "docx"), ("fr", "pdf"), ("fr", "docx")]
    french = next(one for one in files if (one.language, one.media) == ("fr", "docx"))
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(bytes(french.content))).paragraphs)
    for said in ("CPDH-05.301-2026-1", "provincial 3", "Le comité approuve.", "0123456789", "Adduction d'eau"):
        assert said in words.replace("\u2068", "").replace("\u2069", ""), said
    arabic = next(one for one in files if (one.language, one.media) == ("ar", "docx"))
    with zipfile.ZipFile(io.BytesIO(bytes(arabic.content))) as archive:
        body = archive.read("word/document.xml").decode()
    assert body.count("<w:bidi/>") > 10
    assert "<w:bidiVisual/>" in body
    assert "تصادق اللجنة." in body
    assert bytes(files[0].content).startswith(b"%PDF")


def test_the_minutes_say_who_asked_for_an_amendment_and_how_the_text_would_read(here: Chamber) -> None:
    session = opened(here.province, project(here, text_fr="Ancien.", text_ar="قديم."), account=here.secretary)
    one, seat = take_up(session), mandates(here.province)[1]
    first, _second = (amended(session, one, *texts, seat=seat) for texts in (("Nouveau.", "جديد."), ("Autre.", "آخر.")))
    poll = vote(session, one, "yes", on=first)
    votes.declare(poll, version=fresh(session), account=here.secretary, by=MACHINE, at=AT)
    votes.adjourn(item(session), version=fresh(session), why="w", by=MACHINE, at=AT)
    sessions.close(session, version=fresh(session), by=MACHINE, at=AT)
    files = {(one.language, one.media): bytes(one.content) for one in write(here, session)}
    for language, said in {
        "fr": [
            "Amendement 1, par provincial 1",
            "Abandonné sans vote.",
            "Nouveau.",
            "Vote 1 sur l'amendement 1\u00a0: adopté",
            "L'amendement est adopté.",
        ],
        "ar": ["التعديل 1", "جديد.", "التصويت 1 على التعديل 1: صودق عليه", "صودق على التعديل."],
    }.items():
        words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(files[language, "docx"])).paragraphs)
        words = words.replace("\u2068", "").replace("\u2069", "")
        assert [one for one in said if one not in words] == []
    assert files["ar", "pdf"].startswith(b"%PDF")


def test_the_same_record_gives_the_same_bytes(here: Chamber) -> None:
    session = closed(here)
    first = {f"{one.language}.{one.media}": one for one in write(here, session)}
    from tiwizi.reports import minutes, minutes_docx
    from tiwizi.reports.minutes_record import Record

    for name, one in first.items():
        again = minutes.pdf(one.data) if one.media == "pdf" else minutes_docx.docx(Record.of_data(one.data))
        assert hashlib.sha256(again).hexdigest() == one.sha256, name


def test_the_second_signature_seals_and_the_journal_holds_each_hash(here: Chamber) -> None:
    session = closed(here)
    write(here, session)
    assert sign(here, session, "secretary").entry is None
    chair = account("chair@example.org", ("chair", here.tree.province))
    seal = sign(here, session, "chair", account=chair)
    entry = Entry.objects.get(number=seal.entry)
    held = entry.changes["sha256"][1]
    assert held == {
        f"{one.language}.{one.media}": hashlib.sha256(bytes(one.content)).hexdigest() for one in Minutes.objects.all()
    }
    assert entry.changes["code"][1] == Minutes.objects.all()[0].code
    assert list(verifying.minutes_wrong()) == []


def test_what_was_not_shown_is_not_signed(here: Chamber) -> None:
    session = closed(here)
    write(here, session)
    old = commands.hashes(session, 1)
    write(here, session)
    with pytest.raises(Refused, match="not the files that your page showed"):
        sign(here, session, "secretary", shown=old)
    assert not Signature.objects.exists()


def test_sealed_minutes_are_corrected_by_a_new_version_that_says_why(here: Chamber) -> None:
    session = closed(here)
    write(here, session)
    sign(here, session, "secretary")
    sign(here, session, "chair", account=chamber.chair_of(here.tree), scan=chamber.scanned(here, session))
    with pytest.raises(Refused, match="sealed"):
        write(here, session)
    files = write(here, session, correction="Une date")
    assert {one.number for one in files} == {2}
    assert "Une date" in files[0].data["correction"] or "Une date" in files[2].data["correction"]
    assert Minutes.objects.filter(number=1).count() == 4
    assert list(verifying.minutes_wrong()) == []


def test_a_session_without_quorum_has_minutes_that_say_so(here: Chamber) -> None:
    session = chamber.convened(here.province, project(here), account=here.secretary)
    chamber.attend(session, chamber.mandates(here.province)[:2])
    sessions.lapse(session, version=chamber.fresh(session), by=MACHINE, at=AT)
    files = write(here, Session.objects.get(pk=session.pk))
    assert any("2" in line and "5" in line for line in files[2].data["closing"])


@pytest.mark.parametrize("table_change", ["content = x'00'", "sha256 = 'x'"])
def test_a_byte_changed_by_hand_is_found(here: Chamber, table_change: str) -> None:
    session = closed(here)
    write(here, session)
    sign(here, session, "secretary")
    sign(here, session, "chair", account=chamber.chair_of(here.tree), scan=chamber.scanned(here, session))
    with connection.cursor() as cursor:
        drop_guard(cursor, "committees_minutes")
        change = table_change if connection.vendor == "sqlite" else table_change.replace("x'00'", "'\\x00'::bytea")
        cursor.execute(f"UPDATE committees_minutes SET {change} WHERE language = 'fr' AND media = 'pdf'")
    found = list(verifying.minutes_wrong())
    assert len(found) == (1 if "content" in table_change else 0), "the bytes count, not the hash beside them"


WRITTEN = {"fr.pdf": "a", "ar.pdf": "b"}


@pytest.mark.parametrize(
    ("state", "signed", "sealed", "reasons"),
    [
        ("closed", [], False, 0),
        ("lapsed", [], False, 0),
        ("open", [], False, 1),
        ("closed", ["secretary"], False, 1),
        ("closed", ["secretary", "chair"], True, 1),
        ("draft", ["secretary"], True, 2),
    ],
)
def test_when_minutes_may_be_written(state: str, signed: list[str], sealed: bool, reasons: int) -> None:
    assert len(rules.why_not_write(state=state, signed=signed, sealed=sealed)) == reasons


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"written": {}}, ["There are no minutes to sign yet"]),
        ({"shown": {"fr.pdf": "x", "ar.pdf": "b"}}, ["not the files that your page showed"]),
        ({"shown": {"fr.pdf": "a"}}, ["not the files that your page showed"]),
        ({"signed": {"secretary": "1"}}, ["signed in this capacity already"]),
        ({"capacity": "chair", "chairs": True}, ["The secretary signs first."]),
        ({"capacity": "chair", "signed": {"secretary": "2"}}, ["Only an account with the role of this committee's chair"]),
        ({"capacity": "chair", "signed": {"secretary": "2"}, "chairs": True}, []),
        ({"capacity": "chair", "signed": {"secretary": "1"}, "chairs": True}, ["Nobody signs twice"]),
        ({"capacity": "chair", "signed": {"secretary": "2"}, "scanned_by": "2", "confirms": True}, []),
        ({"capacity": "chair", "signed": {"secretary": "2"}, "scanned_by": "2"}, ["Who confirms the scan"]),
        ({"capacity": "chair", "signed": {"secretary": "2"}, "scanned_by": "1", "confirms": True}, ["You attached this scan"]),
        ({"capacity": "chair", "signed": {"secretary": "1"}, "scanned_by": "2", "confirms": True}, ["Nobody signs twice"]),
        ({"capacity": "witness"}, ["signed by the secretary and by the chair"]),
        ({"name": " "}, ["Write the name"]),
    ],
)
def test_when_minutes_may_be_signed(change: dict[str, Any], said: list[str]) -> None:
    asked: dict[str, Any] = {"capacity": "secretary", "written": WRITTEN, "shown": WRITTEN, "signed": {}, "account": "1"}
    asked |= {"name": "N."}
    reasons = rules.why_not_sign(**{**asked, **change})
    assert len(reasons) == len(said)
    assert all(words in str(reason) for words, reason in zip(said, reasons, strict=True))


@pytest.mark.parametrize(("sealed", "why", "reasons"), [(True, "date", 0), (True, " ", 1), (False, "date", 1), (False, "", 2)])
def test_when_minutes_may_be_corrected(sealed: bool, why: str, reasons: int) -> None:
    assert len(rules.why_not_correct(sealed=sealed, why=why)) == reasons


@pytest.mark.parametrize(
    ("written", "signed", "name", "reasons"),
    [
        (WRITTEN, ["secretary"], "N.", 0),
        ({}, ["secretary"], "N.", 1),
        (WRITTEN, [], "N.", 1),
        (WRITTEN, ["secretary", "chair"], "N.", 1),
        (WRITTEN, ["secretary"], " ", 1),
    ],
)
def test_when_a_scan_may_be_attached(written: dict[str, str], signed: list[str], name: str, reasons: int) -> None:
    assert len(rules.why_not_scan(written=written, signed=signed, name=name)) == reasons


def test_one_secretary_alone_seals_nothing(here: Chamber) -> None:
    session = closed(here)
    write(here, session)
    sign(here, session, "secretary")
    entries = Entry.objects.count()
    with pytest.raises(Refused, match="Nobody signs twice"):
        sign(here, session, "chair")
    scan = chamber.scanned(here, session)
    assert Entry.objects.count() == entries + 1
    with pytest.raises(Refused, match="You attached this scan"):
        sign(here, session, "chair", scan=scan)
    # Neither a reader, nor the secretary of a neighbour, nor the chair of another committee.
    for number, role in enumerate(
        (("reader", here.tree.province), ("local_secretary", here.tree.near), ("chair", here.tree.far))
    ):
        other = account(f"other{number}@example.org", role)
        with pytest.raises(Refused, match="Who confirms the scan"):
            sign(here, session, "chair", account=other, scan=scan)
        with pytest.raises(Refused, match="Only an account with the role"):
            sign(here, session, "chair", account=other)
    assert Signature.objects.count() == 1
    assert Entry.objects.count() == entries + 1
    seal = sign(here, session, "chair", account=chamber.chair_of(here.tree), scan=scan)
    assert (seal.on_paper, seal.scan, seal.entry) == (True, scan, Entry.objects.order_by("-number")[0].number)


def test_a_scan_of_other_minutes_seals_nothing(here: Chamber) -> None:
    session = closed(here)
    write(here, session)
    sign(here, session, "secretary")
    old = chamber.scanned(here, session)
    sign(here, session, "chair", account=chamber.chair_of(here.tree))
    write(here, session, correction="Une date")
    sign(here, session, "secretary")
    with pytest.raises(Refused, match="scan is of other minutes"):
        sign(here, session, "chair", account=chamber.chair_of(here.tree), scan=old)


@pytest.mark.parametrize("wrong", ["scan", "same person"])
def test_the_database_refuses_a_seal_by_one_person(here: Chamber, wrong: str) -> None:
    session = closed(here)
    write(here, session)
    sign(here, session, "secretary")
    scan, third = chamber.scanned(here, session), account("third@example.org")
    row = Signature(
        session=session, position=session.position, number=1, capacity="chair", name="N.", on_paper=True, hashes={}, at=AT,
        scan=None if wrong == "scan" else scan, by=third if wrong == "scan" else here.secretary,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match=r"needs its scan|signs minutes twice|second person"), transaction.atomic():
        row.save(force_insert=True)
