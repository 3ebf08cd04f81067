"""The rights of the role that serves on PostgreSQL: what pages need, and nothing by which a row of another place could be had."""

from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tiwizi.core.errors import Problem, Refused, Sentence, say

ROLE: Final = "SELECT rolsuper, rolbypassrls, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s"
OWNS: Final = """SELECT count(*) FROM pg_class JOIN pg_roles ON pg_has_role(%s, relowner, 'MEMBER') AND relowner = pg_roles.oid
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f')"""
TABLES: Final = """SELECT relname,
        EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = relname || '_append_only')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"""
READ_ONLY: Final = ("django_migrations",)


def grant(connection: BaseDatabaseWrapper, role: str) -> int:
    """How many tables the role may now use, as the server needs them; asked again, the rights are the same.

    Rows that are append-only can be read and added; the record of migrations only read; the rest changed as well. Nothing can be
    truncated, owned or granted on. Run it as the owner, and again after each update. Raises Refused with every reason: no such
    role, a superuser, one that bypasses row security, owns tables, or can become their owner; another engine than PostgreSQL.
    """
    if connection.vendor != "postgresql":
        raise Refused(Problem(what=say("roles are of PostgreSQL: the office is on {engine}.", engine=connection.vendor)))
    problems = _why_not(connection, role)
    if problems:
        raise Refused(problems)
    name = connection.ops.quote_name(role)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table, append_only in tables:
            acts = "SELECT" if table in READ_ONLY else "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE ALL ON {quoted} FROM {name}")
            cursor.execute(f"GRANT {acts} ON {quoted} TO {name}")
    return len(tables)


def _why_not(connection: BaseDatabaseWrapper, role: str) -> list[Problem]:
    where = [say("role {role}", role=role)]
    with connection.cursor() as cursor:
        cursor.execute(ROLE, [role])
        found = cursor.fetchone()
        if found is None:
            made = f"CREATE ROLE {connection.ops.quote_name(role)} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '...'"
            remedy = say("Make it, as an administrator of the server: {sql}", sql=made)
            return [Problem(what=say("there is no such role."), where=where, remedy=remedy)]
        cursor.execute(OWNS, [role])
        (owns,) = cursor.fetchone()
    superuser, bypasses, becomes = found
    reasons: list[tuple[bool, Sentence]] = [
        (superuser, say("it is a superuser.")),
        (bypasses and not superuser, say("it bypasses row security.")),
        (becomes and not superuser, say("it can become the role that owns the tables.")),
        (bool(owns) and not superuser and not becomes, say("it owns tables.")),
    ]
    why = say("A role could read rows of places beyond its own.")
    remedy = say("Serve with a role that owns nothing: NOSUPERUSER NOBYPASSRLS, with rights granted on the tables.")
    return [Problem(what=what, where=where, why=why, remedy=remedy) for wrong, what in reasons if wrong]
