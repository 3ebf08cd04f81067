"""PostgreSQL, whose triggers note in a table the rows that each transaction touches; the journal empties it before the
commit."""

from typing import Any

from django.db.backends.postgresql import base

from tiwizi.database.transactions import Recording, Touched

__all__ = ["DatabaseWrapper"]

TAKE = "DELETE FROM journal_touched WHERE transaction = pg_current_xact_id()::text RETURNING name, key"


class DatabaseWrapper(Recording, base.DatabaseWrapper):
    """A connection to PostgreSQL that knows the rows that its transaction touches."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._noting = False

    def take_touched(self) -> Touched:
        """The rows that this transaction touched since the last call."""
        with self.cursor() as cursor:
            if not self._noting:
                # Before the first migrations there is no such table, and nothing is on record.
                cursor.execute("SELECT to_regclass('journal_touched') IS NOT NULL")
                (self._noting,) = cursor.fetchone()
            if not self._noting:
                return set()
            cursor.execute(TAKE)
            return set(cursor.fetchall())
