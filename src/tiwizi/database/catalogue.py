"""Whether the database still holds what the migrations made: triggers, constraints, policies, each by name and content.

What the migrations make is kept beside this file, one list for each engine, written by `python -m tests.catalogue`; a test makes
it again and compares.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from tiwizi.core.errors import Sentence, say

# Tables of a full-text or spatial index make their own parts, each version of SQLite in its way.
SQLITE: Final = """SELECT type || ' ' || name || ' on ' || tbl_name, sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT GLOB '*_trigrams_*' AND name NOT GLOB '*_boxes_*'"""
POSTGRESQL: Final = (
    """SELECT 'trigger ' || tgname || ' on ' || relname,
        pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text || ' ' || prosrc
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal""",
    """SELECT 'constraint ' || conname || ' on ' || relname,
        pg_get_constraintdef(pg_constraint.oid) || ' ' || convalidated::text
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE contype IN ('c', 'f', 'p', 'u') AND pg_class.relnamespace = 'public'::regnamespace""",
    """SELECT 'policy ' || polname || ' on ' || relname, polcmd::text || ' ' || polpermissive::text || ' '
        || coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(pg_get_expr(polwithcheck, polrelid), '')
        FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid""",
    """SELECT 'row security of ' || relname, relrowsecurity::text || ' ' || relforcerowsecurity::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    """SELECT 'index ' || indexname || ' on ' || tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'""",
)


def differences(connection: BaseDatabaseWrapper) -> Iterator[Sentence]:
    """Every guard that is missing, was changed, or was added by hand."""
    there, wanted = found(connection), expected(connection.vendor)
    for name in sorted({*there, *wanted}):
        if name not in there:
            yield say("The database lacks what the migrations made: {name}.", name=name)
        elif name not in wanted:
            yield say("The database holds what no migration made: {name}.", name=name)
        elif there[name] != wanted[name]:
            yield say("The database holds otherwise than the migrations made it: {name}.", name=name)


def found(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the live database holds: a digest of the content by name."""
    rows: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for question in (SQLITE,) if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(question)
            rows += cursor.fetchall()
    return {name: hashlib.sha256(_plain(content).encode()).hexdigest()[:16] for name, content in rows}


def expected(vendor: str) -> dict[str, str]:
    """What the migrations make, as the list of this engine says."""
    known: dict[str, str] = json.loads(path(vendor).read_text(encoding="utf-8"))
    return known


def path(vendor: str) -> Path:
    """The list of an engine."""
    return Path(__file__).parent / vendor / "catalogue.json"


def written(connection: BaseDatabaseWrapper) -> str:
    """The list as it is kept, made from a database that the migrations just made."""
    return json.dumps(found(connection), indent=1, sort_keys=True) + "\n"


def _plain(text: str) -> str:
    """Without what says nothing: the room between words, and the quotes around names that a library may write or not."""
    return re.sub(r"\s+", " ", text.replace('"', "")).strip()
