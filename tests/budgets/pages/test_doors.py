"""Who may see and do what, role by role, at the envelope's place, at a cercle below, at its sister, and signed out."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import office as offices
from tests.budgets.pages.people import client, text
from tests.office import Office

from tiwizi.budgets.models import Adoption, Envelope, Scenario
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.people.rules import ROLES

READS = ("envelope", "draft", "adopted", "curve", "compare", "curves", "differences", "reasons", "sheet", "export")


def addresses(here: Office) -> dict[str, str]:
    """What is there to read: the first draft is adopted, the second is not."""
    mine = here.tree.near_communes[0].code
    pair = f"one={here.draft.pk}&other={here.other.pk}"
    return {
        "envelope": f"/budgets/{here.envelope.pk}/",
        "draft": f"/budgets/scenarios/{here.other.pk}/",
        "adopted": f"/budgets/scenarios/{here.draft.pk}/",
        "curve": f"/budgets/scenarios/{here.draft.pk}/curve.svg",
        "compare": f"/budgets/compare/?{pair}",
        "curves": f"/budgets/compare/curves.svg?{pair}",
        "differences": f"/budgets/compare/differences.svg?{pair}",
        "reasons": f"/budgets/scenarios/{here.draft.pk}/places/{mine}/",
        "sheet": f"/budgets/scenarios/{here.draft.pk}/places/{mine}/sheet.pdf",
        "export": f"/budgets/scenarios/{here.draft.pk}/?format=csv",
    }


@pytest.mark.parametrize("kind", sorted(ROLES))
def test_reading_follows_the_role_and_the_place(here: Office, kind: str) -> None:
    offices.adopted(here)
    reads = "budgets.see" in ROLES[kind].permissions
    seen = {
        here.tree.province.pk: dict.fromkeys(READS, 200),
        here.tree.near.pk: {
            **dict.fromkeys(READS, 200),
            **dict.fromkeys(("draft", "curve", "compare", "curves", "differences"), 404),
        },
        # The sister cercle reads the formula and its own part; the reasons of a commune of another cercle are not there.
        here.tree.far.pk: {
            **dict.fromkeys(READS, 200),
            **dict.fromkeys(("draft", "curve", "compare", "curves", "differences", "reasons", "sheet"), 404),
        },
    }
    for seat in (here.tree.province, here.tree.near, here.tree.far):
        asking = client((kind, seat))
        for name, address in addresses(here).items():
            expected = seen[seat.pk][name] if reads else 403
            assert asking.get(address).status_code == expected, (kind, seat.code, name)


def test_signed_out_everything_leads_to_the_door(here: Office) -> None:
    offices.adopted(here)
    for address in addresses(here).values():
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))


def test_before_an_adoption_those_below_see_nothing_at_all(here: Office) -> None:
    asking = client(("local_secretary", here.tree.near))
    for name, address in addresses(here).items():
        assert asking.get(address).status_code == 404, name
    assert "Envelope 2027" not in text(asking.get("/budgets/"))


def posts(here: Office) -> dict[str, tuple[str, dict[str, str]]]:
    """Each act with its form."""
    return {
        "open": ("/budgets/", {"place": "05.301", "year": "2031", "title": "New", "amount_dh": "500000"}),
        "draft": (f"/budgets/{here.envelope.pk}/", {"name": "Third"}),
        "change": (f"/budgets/scenarios/{here.draft.pk}/", {"version": "1", "weight_poverty": "30"}),
        "recompute": (f"/budgets/scenarios/{here.draft.pk}/recompute/", {"weight_poverty": "30"}),
        "adopt": (
            f"/budgets/scenarios/{here.draft.pk}/adopt/",
            {"version": "2", "expected": "0", "decided_on": timezone.localdate().isoformat(), "reference": "PV 1"},
        ),
    }


@pytest.mark.parametrize("kind", sorted(ROLES))
def test_acting_follows_the_role(here: Office, kind: str) -> None:
    asking = client((kind, here.tree.province))
    may = {"draft": "budgets.draft" in ROLES[kind].permissions, "adopt": "budgets.adopt" in ROLES[kind].permissions}
    if not may["draft"]:
        posts_here = {**posts(here), "adopt": (posts(here)["adopt"][0], {**posts(here)["adopt"][1], "version": "1"})}
    else:
        posts_here = posts(here)
    for name, (address, form) in posts_here.items():
        allowed = may["adopt" if name == "adopt" else "draft"]
        expected = (200 if name == "recompute" else 303) if allowed else 403
        assert asking.post(address, form).status_code == expected, (kind, name)
    with scope.everything():
        assert Envelope.objects.filter(title="New").exists() == may["draft"]
        assert Scenario.objects.filter(name="Third").exists() == may["draft"]
        assert (Scenario.objects.get(pk=here.draft.pk).version == 2) == may["draft"]
        assert Adoption.objects.exists() == may["adopt"]


def test_a_role_at_another_place_gives_nothing_here(here: Office) -> None:
    # Reads at the province, drafts and adopts at the cercle only.
    asking = client(("reader", here.tree.province), ("officer", here.tree.near), ("provincial_secretary", here.tree.near))
    page = text(asking.get(addresses(here)["draft"]))
    assert "data-recompute" not in page
    assert "/adopt/" not in page
    expected = {"open": 200, "draft": 403, "change": 403, "recompute": 404, "adopt": 404}
    with scope.everything():
        before = (Entry.objects.count(), Scenario.objects.get(pk=here.draft.pk).version)
    for name, (address, form) in posts(here).items():
        assert asking.post(address, form).status_code == expected[name], name
    with scope.everything():
        assert before == (Entry.objects.count(), Scenario.objects.get(pk=here.draft.pk).version)


def test_the_journal_names_the_role_that_permits(here: Office) -> None:
    asking = client(("reader", here.tree.province), ("officer", here.tree.province))
    address, form = posts(here)["change"]
    assert asking.post(address, form).status_code == 303
    with scope.everything():
        assert Entry.objects.order_by("-number")[0].role == "officer@05.301"


@pytest.mark.parametrize("format_", ["", "csv", "json", "xlsx", "plan"])
def test_no_word_of_a_sister_is_told_below(here: Office, format_: str) -> None:
    offices.adopted(here)
    asking = client(("local_secretary", here.tree.near))
    with scope.everything():
        foreign = [place.code for place in here.tree.far_communes] + ["Farccommune", "Farcercle", "Second draft"]
    for name, address in addresses(here).items():
        joined = "&" if "?" in address else "?"
        answer = asking.get(f"{address}{joined}format={format_}" if format_ and name != "export" else address)
        said = words(answer.content)
        assert not [word for word in foreign if word in said], name
    # The same page says the words to who may read them, so that looking for them means something.
    whole = client(("reader", here.tree.province)).get(addresses(here)["adopted"] + (f"?format={format_}" if format_ else ""))
    assert here.tree.far_communes[0].code in words(whole.content)


def words(content: bytes) -> str:
    """What an answer says; of a workbook its strings."""
    import io
    import zipfile

    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist() if name.endswith(".xml"))
