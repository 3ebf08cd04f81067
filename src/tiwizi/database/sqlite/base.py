"""SQLite, whose triggers call a function of this connection: another program that changes a row on record is refused."""

from typing import Any

from django.db.backends.sqlite3 import base

from tiwizi.database.sqlite.schema import SchemaEditor
from tiwizi.database.transactions import Recording, Touched

__all__ = ["DatabaseWrapper"]


class DatabaseWrapper(Recording, base.DatabaseWrapper):
    """A connection to SQLite that notes the rows that its transaction touches."""

    SchemaEditorClass = SchemaEditor

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._touched: Touched = set()

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection with the function that its triggers call."""
        made = super().get_new_connection(conn_params)
        made.create_function("tiwizi_touch", 2, self._touch)
        return made

    def _touch(self, table: str, key: object) -> None:
        if not self.in_atomic_block:
            raise RuntimeError(f"{table} is on record: change it inside a transaction")
        self._touched.add((table, str(key)))

    def take_touched(self) -> Touched:
        """The rows that this transaction touched since the last call."""
        taken, self._touched = self._touched, set()
        return taken

    def put_back(self, touched: Touched) -> None:
        """After the rollback of an entry, the rows it took count as touched again by the acts before the savepoint."""
        self._touched |= touched

    def forget_touched(self) -> None:
        """Clears the touched rows after a rollback of the whole transaction."""
        self._touched = set()
