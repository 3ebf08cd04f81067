"""A connection that knows which rows on record its transaction touched, and lets the journal write before the commit. Rows
are noted by database triggers (database/triggers.py), however they are changed. Rows noted inside a savepoint that is rolled
back may stay noted: their digest is then unchanged.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

BEFORE_COMMIT: Final[list[Callable[["Recording"], None]]] = []
"""Callbacks before each commit, in order; the journal adds its own."""

Touched = set[tuple[str, str]]
"""Tables, and keys of their rows or sets of rows."""


class Recording(BaseDatabaseWrapper):
    """Common to both engines: hooks around commits and savepoints, and the entries that wait for the commit."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.waiting: list[Any] = []
        self._marks: dict[str, int] = {}

    def take_touched(self) -> Touched:
        """The rows that this transaction touched since the last call."""
        raise NotImplementedError

    def forget_touched(self) -> None:
        """Clears the touched rows after a rollback of the whole transaction."""

    def _commit(self) -> Any:
        try:
            self._before_commit()
        except BaseException:
            # A failure here must not leave a transaction open that the end of the block would commit.
            self._rollback()
            raise
        finally:
            self._marks.clear()
        return super()._commit()  # type: ignore[misc] # Django's own method, without a type

    def _rollback(self) -> Any:
        self.waiting.clear()
        self._marks.clear()
        self.forget_touched()
        return super()._rollback()  # type: ignore[misc] # likewise

    def close(self) -> None:
        """Forgets what was not committed."""
        super().close()
        if not self.in_atomic_block:
            self.waiting.clear()
            self._marks.clear()
            self.forget_touched()

    def _savepoint(self, sid: str) -> None:
        self._marks[sid] = len(self.waiting)
        super()._savepoint(sid)  # type: ignore[misc] # likewise

    def put_back(self, touched: Touched) -> None:
        """After the rollback of an entry, the rows it took count as touched again by the acts before the savepoint."""

    def _savepoint_rollback(self, sid: str) -> None:
        undone = self.waiting[self._marks.get(sid, 0) :]
        del self.waiting[self._marks.get(sid, 0) :]
        for entry in undone:
            self.put_back(entry.touched)
        super()._savepoint_rollback(sid)  # type: ignore[misc] # likewise

    def _savepoint_commit(self, sid: str) -> None:
        super()._savepoint_commit(sid)  # type: ignore[misc] # likewise
        # Inside a test that is rolled back there is no commit: the end of the outermost block of the program counts as one.
        if self.waiting and all(getattr(block, "_from_testcase", False) for block in self.atomic_blocks):
            self._before_commit()

    def _before_commit(self) -> None:
        if self.connection is not None and not self.needs_rollback:
            for hook in BEFORE_COMMIT:
                hook(self)


def live() -> Recording:
    """The connection in use."""
    connection: Any = transaction.get_connection()
    known: Recording = connection
    return known
