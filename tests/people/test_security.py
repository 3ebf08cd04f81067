"""Signing in under attack: waits that nothing washes away, one answer for all addresses, every act of security on record."""

import importlib
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.trees import AT, MACHINE

from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.people import attempts, commands
from tiwizi.people.models import Account, Attempts
from tiwizi.people.signing import FactorAdapter

EMAIL, PHRASE, WRONG = "new@example.org", "cedar-falcon-olive-71", "thyme-saffron-almond-33"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def account(db: None) -> Account:
    return commands.create_account(email=EMAIL, name="N", passphrase=PHRASE, at=AT, by=MACHINE)


def acts() -> list[tuple[str, str]]:
    with scope.everything():
        return list(Entry.objects.order_by("number").values_list("command", "object"))


def client(account: Account | None = None, address: str = "192.0.2.1") -> Client:
    made = Client(REMOTE_ADDR=address)
    made.cookies["django_language"] = "en"
    if account is not None:
        made.force_login(account, backend=BACKEND)
    return made


def sign_in(who: Client, passphrase: str, email: str = EMAIL) -> Any:
    return who.post(reverse("account_login"), {"login": email, "password": passphrase})


def code_of(account: Account) -> str:
    """The six digits of now."""
    factor = Authenticator.objects.get(user=account, type="totp")
    secret = FactorAdapter().decrypt(factor.data["secret"])
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def with_factor(account: Account) -> Client:
    """A client of an account that has just set up its second factor by the page."""
    here = client()
    sign_in(here, PHRASE)
    assert here.post(reverse("account_reauthenticate"), {"password": PHRASE}).status_code == 302
    assert here.get(reverse("mfa_activate_totp")).status_code == 200
    secret = here.session["mfa.totp.secret"]
    answer = here.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    assert answer.status_code == 302
    return here


def test_a_wait_is_not_washed_away_with_the_cache(account: Account) -> None:
    for _attempt in range(5):
        assert sign_in(client(), WRONG).status_code == 200
    cache.clear()
    for number in range(400):
        cache.set(f"filler-{number}", "x")
    cache.clear()
    # The right passphrase waits too, from any machine.
    assert sign_in(client(address="198.51.100.9"), PHRASE).status_code == 200
    assert "sign in" not in [command for command, _object in acts()]
    assert acts()[1:] == [("lock out", str(account.pk))]
    Attempts.objects.update(locked_until=AT)
    assert sign_in(client(address="198.51.100.9"), PHRASE).status_code == 302
    assert not Attempts.objects.filter(count__gt=5).exists()


def test_an_address_without_account_waits_alike(db: None) -> None:
    answers = [sign_in(client(), WRONG, "nobody@example.org").content.count(b"tw-reasons") for _attempt in range(6)]
    assert answers == [1] * 6
    assert Attempts.objects.exclude(locked_until=None).count() == 1
    assert acts() == []


def test_a_machine_waits_whatever_the_accounts(db: None) -> None:
    keys = [attempts.from_machine("sign in", "192.0.2.1")]
    for _attempt in range(30):
        assert attempts.begin(keys, at=AT)
    attempts.failed(keys, at=AT)
    assert not attempts.begin(keys, at=AT)
    assert attempts.begin([attempts.from_machine("sign in", "192.0.2.2")], at=AT)
    assert [command for command, _object in acts()] == ["lock out"]
    with scope.everything():
        assert "192.0.2" not in str(Entry.objects.get().body())
    assert not Attempts.objects.filter(key__contains="192.0").exists()


def test_the_wait_grows_up_to_its_longest_and_is_forgotten_after_a_day(db: None) -> None:
    now, waits = AT, []
    for _attempt in range(12):
        assert attempts.begin([attempts.for_account("sign in", EMAIL)], at=now)
        row = Attempts.objects.get()
        waits.append(row.locked_until - now if row.locked_until else timedelta())
        now = row.locked_until or now
    quarter = timedelta(minutes=15)
    assert waits == [timedelta()] * 4 + [quarter * factor for factor in (1, 2, 4, 8, 16, 16, 16, 16)]
    assert attempts.begin([attempts.for_account("reset", EMAIL)], at=now + timedelta(hours=24, minutes=1))
    assert Attempts.objects.count() == 1, "what no longer counts is pruned"


def test_the_second_factor_waits_too(account: Account) -> None:
    with_factor(account)
    here = client()
    sign_in(here, PHRASE)
    for _attempt in range(5):
        assert here.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
        cache.clear()
    here.post(reverse("mfa_authenticate"), {"code": code_of(account)})
    assert "_auth_user_id" not in here.session
    names = [command for command, _object in acts()]
    assert names.count("fail second factor") == 5
    assert names.count("lock out") == 1
    Attempts.objects.all().delete()
    cache.clear()
    here = client()
    sign_in(here, PHRASE)
    # Typed in the digits of an Arabic keyboard.
    typed = code_of(account).translate({ord(str(digit)): 0x660 + digit for digit in range(10)})
    assert here.post(reverse("mfa_authenticate"), {"code": typed}).status_code == 302
    assert "_auth_user_id" in here.session
    assert [command for command, _object in acts()][-2:] == ["pass second factor", "sign in"]


def test_links_of_invitations_are_not_tried_one_after_the_other(db: None) -> None:
    for number in range(30):
        assert client().get(reverse("invitation", args=[f"{number:043d}"])).status_code == 404
    cache.clear()
    assert Attempts.objects.get().locked_until is not None
    # While it waits, nothing more is looked for nor written down.
    assert client().get(reverse("invitation", args=["x" * 43])).status_code == 404
    assert Attempts.objects.get().count == 30
    assert [command for command, _object in acts()] == ["lock out"]


def test_the_reset_answers_alike_for_a_known_and_an_unknown_address(account: Account) -> None:
    answers = []
    for email in (EMAIL, "nobody@example.org"):
        answer = client().post(reverse("account_reset_password"), {"email": email})
        answers.append((answer.status_code, dict(answer.headers), answer.content))
    assert answers[0] == answers[1]
    assert answers[0][0] == 302
    assert [letter.to for letter in mail.outbox] == [[EMAIL], ["nobody@example.org"]]
    assert "/account/passphrase/reset/" in mail.outbox[0].body
    assert "/account/" not in mail.outbox[1].body


def test_the_reset_waits_alike_for_a_known_and_an_unknown_address(account: Account) -> None:
    refused = []
    for email in (EMAIL, "nobody@example.org"):
        for _attempt in range(5):
            cache.clear()
            assert client().post(reverse("account_reset_password"), {"email": email}).status_code == 302
        cache.clear()
        answer = client().post(reverse("account_reset_password"), {"email": email})
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode()).replace(email, "")
        refused.append((answer.status_code, page))
    assert refused[0] == refused[1]
    assert refused[0][0] == 200
    assert len(mail.outbox) == 10


def test_a_reset_and_a_change_are_on_record(account: Account) -> None:
    here = client()
    here.post(reverse("account_reset_password"), {"email": EMAIL})
    found = re.search(r"http://[^/]+(/account/\S+)", str(mail.outbox[0].body))
    assert found
    link = found[1]
    form = here.get(link).headers["Location"]
    assert here.post(form, {"password1": WRONG, "password2": WRONG}).status_code == 302
    sign_in(here, WRONG)
    typed = {"oldpassword": WRONG, "password1": PHRASE, "password2": PHRASE}
    assert here.post(reverse("account_change_password"), typed).status_code == 302
    own = str(account.pk)
    assert acts()[1:] == [("reset passphrase", own), ("sign in", own), ("change passphrase", own)]
    with scope.everything():
        told = str([entry.body() for entry in Entry.objects.all()])
    assert EMAIL not in told
    assert WRONG not in told


def test_the_old_passphrase_is_not_guessed_in_an_open_session(account: Account) -> None:
    here = client(account)
    for _attempt in range(5):
        cache.clear()
        here.post(reverse("account_change_password"), {"oldpassword": WRONG, "password1": "x" * 20, "password2": "x" * 20})
    cache.clear()
    here.post(reverse("account_change_password"), {"oldpassword": PHRASE, "password1": "x" * 20, "password2": "x" * 20})
    account.refresh_from_db()
    assert account.check_password(PHRASE)
    assert acts()[-1] == ("lock out", str(account.pk))


def test_second_factors_are_on_record_and_encrypted(account: Account) -> None:
    here = with_factor(account)
    factor = Authenticator.objects.get(user=account, type="totp")
    codes = Authenticator.objects.get(user=account, type="recovery_codes")
    assert factor.data["secret"].startswith("gAAAA")
    assert codes.data["seed"].startswith("gAAAA")
    assert here.get(reverse("mfa_view_recovery_codes")).status_code == 200
    unused = codes.wrap().get_unused_codes()
    other = client()
    sign_in(other, PHRASE)
    assert other.post(reverse("mfa_authenticate"), {"code": unused[0]}).status_code == 302
    assert here.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert here.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert [command for command, _object in acts()][1:] == [
        "sign in",
        "set up second factor",
        "set up recovery codes",
        "read recovery codes",
        "use recovery code",
        "pass second factor",
        "sign in",
        "remove recovery codes",
        "set up recovery codes",
        "remove second factor",
        "remove recovery codes",
    ]


def test_a_second_factor_of_another_key_lets_nobody_in_and_says_why(account: Account, settings: Any) -> None:
    with_factor(account)
    code = code_of(account)
    here = client()
    sign_in(here, PHRASE)
    settings.FACTOR_KEY = Fernet.generate_key()
    answer = here.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code == 409
    assert b"another key" in answer.content
    assert "_auth_user_id" not in here.session


def test_factors_kept_in_the_clear_are_encrypted_once(account: Account) -> None:
    clear = {"secret": "JBSWY3DPEHPK3PXP"}
    factor = Authenticator.objects.create(user=account, type="totp", data=clear)
    encrypted: Any = importlib.import_module("tiwizi.people.migrations.0003_encrypted_factors")
    for _again in range(2):
        encrypted.encrypt(apps, None)
        factor.refresh_from_db()
        assert FactorAdapter().decrypt(factor.data["secret"]) == clear["secret"]


def test_a_factor_removed_without_its_record_is_not_removed(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    here = with_factor(account)
    monkeypatch.setattr("tiwizi.people.signing.record", failing)
    with pytest.raises(RuntimeError):
        here.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=account).count() == 2


def failing(*_arguments: Any, **_more: Any) -> None:
    raise RuntimeError("no record")


NAMES = re.compile(r"""["'{ ]((?:account|mfa)_[a-z0-9_]+)["' ]""")


def reversed_names() -> list[str]:
    """Every name of an address that the library's code or templates write."""
    root = Path(allauth.__file__).parent
    found: set[str] = set()
    for folder in ("account", "mfa", "core"):
        for path in (root / folder).rglob("*.py"):
            if "tests" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            for call in re.findall(
                r"(?:reverse|reverse_lazy|redirect|headed_redirect_response|get_frontend_url|urlname\w*)\s*[(=][^)]*", text
            ):
                found |= set(NAMES.findall(call))
            if path.name == "urls.py":
                found |= set(re.findall(r"""name=["']((?:account|mfa)_[a-z0-9_]+)["']""", text))
    for path in (root / "templates").rglob("*.*"):
        found |= set(re.findall(r"""{% url ["']((?:account|mfa)_[a-z0-9_]+)["']""", path.read_text(encoding="utf-8")))
    return sorted(found)


UNREACHABLE = {
    # Pages that change one key of a list of hardware keys: no such list is offered.
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}
ELSEWHERE = [302] * 6
ANSWERS = {
    "account_change_password": [302, 302, 200, 200, 200, 200],
    "account_login": [200, 200, 302, 302, 302, 302],
    "account_logout": [302, 200, 200],
    "account_reauthenticate": [302, 302, 200, 200, 200, 200],
    "account_reset_password": [200] * 6,
    "account_reset_password_done": [200, 405] * 3,
    "account_reset_password_from_key": [200] * 6,
    "account_reset_password_from_key_done": [200, 405] * 3,
    "mfa_deactivate_totp": [302, 302, 302, 302, 200, 302],
    "mfa_generate_recovery_codes": [302, 302, 302, 302, 200, 200],
    # Who has no recovery codes has no such page.
    "mfa_view_recovery_codes": [302, 302, 404, 405, 404, 405],
}
"""What an address answers who is signed out, signed in, and signed in with a second factor: to a GET, then to a POST."""
ARGUMENTS = {"account_confirm_email": ["x"], "account_reset_password_from_key": ["1", "x-y"]}


def test_every_address_that_the_library_reverses_is_there(account: Account) -> None:
    names = reversed_names()
    assert {"account_signup", "account_login", "mfa_index", "account_inactive"} <= set(names)
    clients = [client(), client(account), with_factor(account)]
    answers: dict[str, list[int]] = {}
    for name in names:
        if name in UNREACHABLE:
            with pytest.raises(NoReverseMatch):
                reverse(name)
            continue
        address = reverse(name, args=ARGUMENTS.get(name, []))
        # The form of signing out signs out for all that follows.
        methods = ("get",) if name == "account_logout" else ("get", "post")
        answers[name] = [getattr(here, method)(address).status_code for here in clients for method in methods]
    assert answers == {name: ANSWERS.get(name, ELSEWHERE) for name in answers}
    assert set(ANSWERS) <= set(answers)
