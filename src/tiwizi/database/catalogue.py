"""Whether the database still has what the migrations created: triggers, constraints, policies, each by name and content. The
expected state is stored next to this file, one list per engine, written by `python -m tests.catalogue`; a test creates it
again and compares.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from tiwizi.core.errors import Sentence, say

# Full-text and spatial index tables create parts of their own, which depend on the version of SQLite.
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
    there, wanted = objects(connection), expected(connection.vendor)
    for name in sorted({*there, *wanted}):
        if name not in there:
            yield say("The database lacks what the migrations made: {name}.", name=name)
        elif name not in wanted:
            yield say("The database holds what no migration made: {name}.", name=name)
        elif there[name] != wanted[name]:
            yield say("The database holds otherwise than the migrations made it: {name}.", name=name)


def objects(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The objects of the live database: a digest of their content by name."""
    rows: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for question in (SQLITE,) if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(question)
            rows += cursor.fetchall()
    return {name: hashlib.sha256(_plain(content).encode()).hexdigest()[:16] for name, content in rows}


def expected(vendor: str) -> dict[str, str]:
    """The objects that the migrations create, from the list of this engine."""
    known: dict[str, str] = json.loads(path(vendor).read_text(encoding="utf-8"))
    return known


def path(vendor: str) -> Path:
    """The path of the list of an engine."""
    return Path(__file__).parent / vendor / "catalogue.json"


def written(connection: BaseDatabaseWrapper) -> str:
    """The text of the list, from a freshly migrated database."""
    return json.dumps(objects(connection), indent=1, sort_keys=True) + "\n"


def _plain(text: str) -> str:
    """The text without insignificant parts: white space, and the quotes around names, which depend on the library."""
    return re.sub(r"\s+", " ", text.replace('"', "")).strip()
