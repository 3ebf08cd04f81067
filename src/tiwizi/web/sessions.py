"""Sessions in the database under a digest of their key: who reads the table, or a copy of it, can open none of them."""

import base64
import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.utils import timezone


def hidden(key: str | None) -> str:
    """What the table holds instead of a key: 240 bits of its SHA-256, as many letters as the column takes."""
    return base64.urlsafe_b64encode(hashlib.sha256((key or "").encode()).digest())[:40].decode()


class SessionStore(InDatabase):
    """Django's own, but for the key by which a row is found."""

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(session_key=hidden(self.session_key), expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this key."""
        return super().exists(hidden(session_key))

    def create_model_instance(self, data: Any) -> Any:
        """The row to write."""
        row = super().create_model_instance(data)
        row.session_key = hidden(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Ends a session."""
        key = self.session_key if session_key is None else session_key
        if key is not None:
            super().delete(hidden(key))
