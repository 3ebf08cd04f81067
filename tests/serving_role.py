"""The role of PostgreSQL that serves: it owns nothing and bypasses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def serving_role() -> Iterator[None]:
    """What runs inside is asked as this role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'tiwizi_serving'")
        if not cursor.fetchone():
            cursor.execute("CREATE ROLE tiwizi_serving NOSUPERUSER NOBYPASSRLS")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tiwizi_serving")
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tiwizi_serving")
        cursor.execute("SET ROLE tiwizi_serving")
        yield
        cursor.execute("RESET ROLE")
