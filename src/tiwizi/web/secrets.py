"""The server's own secrets: made once, kept in files that only it can read, never in the database nor in a backup of it."""

import base64
import os
import secrets as randomness
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def secret(path: Path) -> bytes:
    """The 32 bytes kept in this file; made by the system's randomness the first time. Two first times at once keep one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.{randomness.token_hex(8)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(randomness.token_bytes(32))
        try:
            # A link fails where the file came up meanwhile: the first one stays.
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_bytes()


def text(path: Path) -> str:
    """The same as text."""
    return secret(path).hex()


def signing_key(home: Path) -> Ed25519PrivateKey:
    """The key that signs the journal's checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(secret(home / "secrets" / "journal"))


def public_key(home: Path) -> str:
    """The public part of that key, as outsiders hold it: 64 hexadecimal digits."""
    return signing_key(home).public_key().public_bytes_raw().hex()


def encryption_key(home: Path) -> bytes:
    """The key that encrypts second factors in the database."""
    return base64.urlsafe_b64encode(secret(home / "secrets" / "factors"))
