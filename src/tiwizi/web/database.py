"""How the database is set up, and whether the live one is as it must be.

SQLite: every commit reaches the disk (`synchronous=EXTRA`: simulated power cuts lost acknowledged commits with NORMAL, and with
FULL too, which leaves the folder unsynced after the rollback journal is deleted: one that comes back undoes the commit), a
transaction takes the write lock when it begins (IMMEDIATE: with Django's default most concurrent writers failed), and the
write-ahead log is used only from SQLite 3.51.3 on, which mends a corruption bug of 3.7.0 to 3.51.2. A row that would take the
place of another (REPLACE) runs the triggers that forbid deleting it (`recursive_triggers`).
PostgreSQL: a version that carries the row-security fix, and, when serving, a role that owns nothing and bypasses nothing.
"""

import sqlite3
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.checks import Error, Tags
from django.core.checks import register as register_check
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tiwizi.core.errors import Problem, Refused, Sentence, say
from tiwizi.database import catalogue

WAL_SAFE: Final = (3, 51, 3)
POSTGRESQL_SAFE: Final = {15: 20, 16: 16, 17: 12, 18: 7}
JOURNAL_MODE: Final = "wal" if sqlite3.sqlite_version_info >= WAL_SAFE else "delete"

# Asked of the role that signed in and of all that it may become (SET ROLE, RESET ROLE), not of the one that it is just now: a
# member of the owner passes through row security as the owner does.
SUPERUSER: Final = "SELECT count(*) FROM pg_roles WHERE rolsuper AND pg_has_role(session_user, oid, 'MEMBER')"
BYPASSES: Final = "SELECT count(*) FROM pg_roles WHERE rolbypassrls AND pg_has_role(session_user, oid, 'MEMBER')"
OWNS: Final = (
    "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_has_role(session_user, relowner, 'MEMBER')"
)


def from_url(url: str, *, wait_s: int = 20) -> dict[str, Any]:
    """Django's entry for a database from its address: sqlite:///path or postgresql://user:password@host:port/name?options.

    A write that others hold up waits for `wait_s` seconds, then fails: see `busy`.

    `sqlite:///office.sqlite3` is relative, `sqlite:////srv/office.sqlite3` is absolute; signs such as `#`, `?` and `%` in a path,
    a name or a password are written percent-encoded. Refused rather than guessed: anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts, wait_s)
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(parts, wait_s)
    # Without a scheme the address is not repeated: it may hold a password, and this text reaches logs.
    raise Refused(_bad_address(say("{scheme} databases are not served.", scheme=parts.scheme or "?")))


def _sqlite(parts: SplitResult, wait_s: int) -> dict[str, Any]:
    path = unquote(parts.path.removeprefix("/"))
    # With two slashes the first folder would be read as a machine's name, and another file be opened than the one meant.
    if parts.netloc or parts.query or parts.fragment or not path:
        raise Refused(_bad_address(say("this address of a database cannot be used.")))
    pragmas = (
        f"PRAGMA journal_mode={JOURNAL_MODE}; PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON"
    )
    options = {"transaction_mode": "IMMEDIATE", "timeout": wait_s, "init_command": pragmas}
    return {"ENGINE": "tiwizi.database.sqlite", "NAME": path, "OPTIONS": options}


def _postgresql(parts: SplitResult, wait_s: int) -> dict[str, Any]:
    name = unquote(parts.path.removeprefix("/"))
    try:
        port = parts.port or 5432
    except ValueError:
        port = 0
    options = dict(parse_qsl(parts.query))
    options["options"] = f"{options.get('options', '')} -c lock_timeout={wait_s}s".strip()
    if not name or not port or parts.fragment:
        raise Refused(_bad_address(say("this address of a database cannot be used.")))
    return {
        "ENGINE": "tiwizi.database.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        # A connection is kept between requests, as opening one costs a login; it is looked at before it is used again, so
        # that a restart of the database costs no request; a minute bounds how long an idle one is held.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _bad_address(what: Sentence) -> Problem:
    return Problem(
        what=what,
        where=[say("setting {name}", name="TIWIZI_DATABASE")],
        remedy=say("Write sqlite:///path or postgresql://user:password@host:port/name."),
    )


def busy(error: BaseException | None) -> bool:
    """Whether an error says that others held up a write for too long; nothing of it was done, and it may be tried again."""
    if not isinstance(error, OperationalError):
        return False
    locked = isinstance(error.__cause__, sqlite3.OperationalError) and "locked" in str(error)
    # Lock not available, deadlock, serialisation: PostgreSQL ended the transaction.
    return locked or getattr(error.__cause__, "sqlstate", "") in ("55P03", "40P01", "40001")


def facts(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the live database says of itself, for the health page."""
    if connection.vendor == "sqlite":
        levels = {0: "off", 1: "normal", 2: "full", 3: "extra"}
        return {
            "engine": "SQLite",
            "version": sqlite3.sqlite_version,
            "journal_mode": str(_value(connection, "PRAGMA journal_mode")),
            "synchronous": levels.get(int(_value(connection, "PRAGMA synchronous")), "?"),
            "foreign_keys": str(_value(connection, "PRAGMA foreign_keys")),
            "recursive_triggers": str(_value(connection, "PRAGMA recursive_triggers")),
            "transaction_mode": getattr(connection, "transaction_mode", None) or "DEFERRED",
        }
    version = int(_value(connection, "SELECT current_setting('server_version_num')::int"))
    return {"engine": "PostgreSQL", "version": f"{version // 10000}.{version % 10000}"}


def problems(connection: BaseDatabaseWrapper, *, serving: bool) -> list[Problem]:
    """What of the live database is not as it must be; with `serving`, also of the role that the server connects as."""
    found = _guard_problems(connection) if serving else []
    if connection.vendor == "sqlite":
        file = _value(connection, "SELECT file FROM pragma_database_list WHERE name = 'main'")
        return _sqlite_problems(facts(connection), in_memory=not file) + found
    return _version_problems(facts(connection)["version"]) + (_role_problems(connection) if serving else []) + found


def _guard_problems(connection: BaseDatabaseWrapper) -> list[Problem]:
    """What the database refuses is not what the migrations made it refuse."""
    return [
        Problem(
            what=what,
            why=say("What is decided could be changed by hand."),
            remedy=say(
                "Update the tables with “tiwizi migrate”; if it is said again, restore a backup, and look for who changed it."
            ),
        )
        for what in catalogue.differences(connection)
    ]


def _sqlite_problems(found: dict[str, str], *, in_memory: bool) -> list[Problem]:
    wanted = {"synchronous": "extra", "foreign_keys": "1", "recursive_triggers": "1", "transaction_mode": "IMMEDIATE"}
    wrong = [(name, found[name], value) for name, value in wanted.items() if found[name] != value]
    # A database in memory has no other journal; beside a file, one in memory would leave a broken file after a crash.
    if found["journal_mode"] != ("memory" if in_memory else JOURNAL_MODE):
        wrong.append(("journal_mode", found["journal_mode"], JOURNAL_MODE))
    return [
        Problem(
            what=say("{name} is {found}, and must be {wanted}.", name=name, found=value, wanted=must),
            where=[say("database {engine}", engine="SQLite")],
            why=say("Acknowledged writes could be lost, written rows replaced, or writers shut out."),
            remedy=say("Let Tiwizi open the database by its address: it sets this by itself."),
        )
        for name, value, must in wrong
    ]


def _version_problems(version: str) -> list[Problem]:
    major, minor = map(int, version.split("."))
    if minor >= POSTGRESQL_SAFE.get(major, 0) and major >= min(POSTGRESQL_SAFE):
        return []
    return [
        Problem(
            what=say("version {version} lacks the mend of row security.", version=f"{major}.{minor}"),
            where=[say("database {engine}", engine="PostgreSQL")],
            why=say("A role could read rows of places beyond its own."),
            remedy=say("Upgrade to {versions} or later.", versions=", ".join(f"{a}.{b}" for a, b in POSTGRESQL_SAFE.items())),
        )
    ]


def _role_problems(connection: BaseDatabaseWrapper) -> list[Problem]:
    superuser, bypasses, owns = (bool(_value(connection, question)) for question in (SUPERUSER, BYPASSES, OWNS))
    wrong = [
        (superuser, say("the role that serves is a superuser.")),
        # A superuser is a member of every role: what follows from that is not said again.
        (bypasses and not superuser, say("the role that serves bypasses row security.")),
        (owns and not superuser, say("the role that serves owns tables.")),
    ]
    return [
        Problem(
            what=what,
            where=[say("database {engine}", engine="PostgreSQL")],
            why=say("Row security would not hold it."),
            remedy=say("Serve with a role that owns nothing: NOSUPERUSER NOBYPASSRLS, with rights granted on the tables."),
        )
        for found, what in wrong
        if found
    ]


def _value(connection: BaseDatabaseWrapper, question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return row[0] if row else None


def check_database(app_configs: Any = None, databases: Any = None, **_options: Any) -> list[Error]:
    """Django's check of the live databases named: an error for each problem."""
    return [
        Error(problem.text(), id="tiwizi.database")
        for alias in databases or ()
        for problem in problems(connections[alias], serving=False)
    ]


def register() -> None:
    """Adds the check to those that Django runs where it names databases: `migrate`, and `check --database`.

    A server's start names none, so whoever starts it asks `problems(connection, serving=True)` itself.
    """
    register_check(check_database, Tags.database)
