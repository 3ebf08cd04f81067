"""What SQLite's own VFS for Unix asks of the machine, noted as it asks: beside it stands what the disk in memory notes."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.faults.disk import RESIZE, SYNC_FOLDER, UNLINK, VFS_BYTES, WRITE, Act, library

Call = tuple[str, int]
_NAME, _WORD, _PLACE = ctypes.c_char_p, ctypes.c_int, ctypes.c_int64
_KINDS: Final[dict[str, tuple[Any, ...]]] = {
    "unlink": (_WORD, _NAME),
    "openDirectory": (_WORD, _NAME, ctypes.c_void_p),
    "ftruncate": (_WORD, _WORD, _PLACE),
    "write": (ctypes.c_ssize_t, _WORD, ctypes.c_void_p, ctypes.c_size_t),
    "pwrite": (ctypes.c_ssize_t, _WORD, ctypes.c_void_p, ctypes.c_size_t, _PLACE),
    "pwrite64": (ctypes.c_ssize_t, _WORD, ctypes.c_void_p, ctypes.c_size_t, _PLACE),
}
"""What each call gives and takes; which of the three that write is asked, whoever built SQLite chose."""
_SAID: Final[dict[str, Callable[..., Call]]] = {
    "unlink": lambda _name: (UNLINK, 0),
    "openDirectory": lambda _name, _out: (SYNC_FOLDER, 0),
    "ftruncate": lambda _file, size: (RESIZE, size),
    **dict.fromkeys(("write", "pwrite", "pwrite64"), lambda _file, _data, size, *_place: (WRITE, size)),
}


def calls_of(log: list[Act]) -> list[Call]:
    """The same of what the disk in memory noted, but for syncs and new names, which the machine's list does not show."""
    kinds = (WRITE, RESIZE, UNLINK, SYNC_FOLDER)
    return [(act.kind, len(act.data) if act.kind == WRITE else act.at) for act in log if act.kind in kinds]


@contextmanager
def noted() -> Iterator[list[Call]]:
    """What the machine is asked meanwhile, in order."""
    calls: list[Call] = []
    vfs = library().sqlite3_vfs_find(None)
    # Version 3 of sqlite3_vfs goes on with pointers that set, get and list the calls.
    set_call, get_call = (_pointer(vfs, VFS_BYTES + number * ctypes.sizeof(ctypes.c_void_p)) for number in (0, 1))
    setting = ctypes.CFUNCTYPE(_WORD, ctypes.c_void_p, _NAME, ctypes.c_void_p)(set_call)
    getting = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, _NAME)(get_call)
    originals = []
    for name, kinds in _KINDS.items():
        own = getting(vfs, name.encode())
        if own:
            originals.append(ctypes.CFUNCTYPE(*kinds)(_noting(name, ctypes.CFUNCTYPE(*kinds)(own), calls)))
            setting(vfs, name.encode(), ctypes.cast(originals[-1], ctypes.c_void_p))
    try:
        yield calls
    finally:
        for name in _KINDS:
            setting(vfs, name.encode(), None)


def _pointer(base: int, offset: int) -> int:
    return ctypes.c_void_p.from_address(base + offset).value or 0


def _noting(name: str, own: Callable[..., int], calls: list[Call]) -> Callable[..., int]:
    def called(*given: Any) -> int:
        calls.append(_SAID[name](*given))
        return own(*given)

    return called
