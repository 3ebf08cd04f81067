"""A disk in memory that SQLite writes to, and that notes each thing it is told: writes, sizes, syncs, names made and taken away.

It is a VFS (sqlite.org/vfs.html) put beside the machine's own in the very library that Python's sqlite3 uses, so that what is
tried is the SQLite that the office runs on. It keeps the promises of SQLite's own VFS for Unix and no more: the folder is synced
after the first sync of a journal and after a deletion that asks for it; overwriting some bytes harms none beside them.
"""

import _sqlite3
import ctypes
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

NAME: Final = "/office.sqlite3"
WRITE, RESIZE, SYNC, LINK, UNLINK, SYNC_FOLDER = "write", "resize", "sync", "link", "unlink", "sync folder"
VFS: Final = b"noting"

_OK, _IOERR, _CANTOPEN, _NOTFOUND, _SHORT_READ, _NO_ENTRY = 0, 10, 14, 12, 522, 5898
_OPEN_CREATE, _JOURNALS = 0x4, 0x800 | 0x4000 | 0x80000
_SECTOR, _POWERSAFE_OVERWRITE = 4096, 0x1000
Pointer, Int, Long = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64


class Act(NamedTuple):
    """One thing that the disk was told: of which file (its number, which a new file of the same name does not share)."""

    kind: str
    node: int = 0
    at: int = 0
    data: bytes = b""
    name: str = ""


@dataclass
class Node:
    """A file: its number and what it holds."""

    number: int
    content: bytearray


@dataclass
class Handle:
    """A file as SQLite opened it; a journal newly made has its folder synced with its first sync."""

    node: Node
    noted: bool
    folder_too: bool = False


@dataclass
class Disk:
    """Files by their names, and what was done to them in order."""

    names: dict[str, Node] = field(default_factory=dict)
    log: list[Act] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    handles: dict[int, Handle] = field(default_factory=dict)
    shared: list[Any] = field(default_factory=list)
    made: int = 0

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> "Disk":
        """A disk with these files, numbered from 1 in their order."""
        disk = cls()
        for name, content in files.items():
            disk.made += 1
            disk.names[name] = Node(disk.made, bytearray(content))
        return disk

    @property
    def files(self) -> dict[str, bytes]:
        """What each file holds."""
        return {name: bytes(node.content) for name, node in self.names.items()}

    @contextmanager
    def open(self, script: str = "") -> Iterator[sqlite3.Connection]:
        """A connection to the database on this disk, after a script of settings."""
        _registered()
        _machine.append(self)
        try:
            with closing(sqlite3.connect(f"file:{NAME}?vfs={VFS.decode()}", uri=True, isolation_level=None)) as connection:
                # What a cut broke may be no text any more.
                connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
                # The office's own connections have it; what a transaction touches is not tried here.
                connection.create_function("tiwizi_touch", 2, lambda _table, _key: None)
                connection.executescript(script)
                yield connection
        finally:
            _machine.pop()
            if self.errors:
                raise self.errors[0]


_machine: list[Disk] = []
"""The disk in the machine is the last one."""


def _opened(_vfs: int, name: bytes | None, file: int, flags: int, out: int) -> int:
    disk, noted = _machine[-1], name is not None
    node = disk.names.get((name or b"").decode())
    if node is None:
        if noted and not flags & _OPEN_CREATE:
            _of(file, _Start.number.offset, 0)
            return _CANTOPEN
        disk.made += 1
        node = Node(disk.made, bytearray())
        if name is not None:
            disk.names[name.decode()] = node
            disk.log.append(Act(LINK, node.number, name=name.decode()))
    number = id(node) ^ file
    disk.handles[number] = Handle(node, noted, bool(flags & _OPEN_CREATE and flags & _JOURNALS))
    start = _Start.from_address(file)
    start.methods, start.number = ctypes.addressof(_methods), number
    if out:
        Int.from_address(out).value = flags
    return _OK


def _of(file: int, offset: int, value: int) -> None:
    Long.from_address(file + offset).value = value


def _handle(file: int) -> Handle:
    return _machine[-1].handles[_Start.from_address(file).number]


def _closed(file: int) -> int:
    del _machine[-1].handles[_Start.from_address(file).number]
    return _OK


def _read(file: int, into: int, amount: int, offset: int) -> int:
    piece = bytes(_handle(file).node.content[offset : offset + amount])
    ctypes.memmove(into, piece + bytes(amount - len(piece)), amount)
    return _OK if len(piece) == amount else _SHORT_READ


def _wrote(file: int, source: int, amount: int, offset: int) -> int:
    handle, data = _handle(file), ctypes.string_at(source, amount)
    put(handle.node.content, offset, data)
    if handle.noted:
        _machine[-1].log.append(Act(WRITE, handle.node.number, offset, data))
    return _OK


def put(content: bytearray, offset: int, data: bytes) -> None:
    """Writes into a file; what lies between its end and the offset becomes zeros."""
    content.extend(bytes(max(offset - len(content), 0)))
    content[offset : offset + len(data)] = data


def cut_to(content: bytearray, size: int) -> None:
    """Gives a file this size."""
    del content[size:]
    content.extend(bytes(size - len(content)))


def _resized(file: int, size: int) -> int:
    handle = _handle(file)
    cut_to(handle.node.content, size)
    if handle.noted:
        _machine[-1].log.append(Act(RESIZE, handle.node.number, size))
    return _OK


def _synced(file: int, _flags: int) -> int:
    handle = _handle(file)
    if handle.noted:
        _machine[-1].log.append(Act(SYNC, handle.node.number))
        if handle.folder_too:
            handle.folder_too = False
            _machine[-1].log.append(Act(SYNC_FOLDER))
    return _OK


def _size(file: int, out: int) -> int:
    Long.from_address(out).value = len(_handle(file).node.content)
    return _OK


def _free(_file: int, out: int) -> int:
    Int.from_address(out).value = 0
    return _OK


def _deleted(_vfs: int, name: bytes, sync_folder: int) -> int:
    disk = _machine[-1]
    if disk.names.pop(name.decode(), None) is None:
        return _NO_ENTRY
    disk.log.append(Act(UNLINK, name=name.decode()))
    if sync_folder:
        disk.log.append(Act(SYNC_FOLDER))
    return _OK


def _there(_vfs: int, name: bytes, _flags: int, out: int) -> int:
    node = _machine[-1].names.get(name.decode())
    Int.from_address(out).value = bool(node and node.content)
    return _OK


def _path(_vfs: int, name: bytes, size: int, out: int) -> int:
    ctypes.memmove(out, name + b"\0", min(len(name) + 1, size))
    return _OK


def _mapped(_file: int, number: int, size: int, extend: int, out: int) -> int:
    shared = _machine[-1].shared
    while extend and len(shared) <= number:
        shared.append(ctypes.create_string_buffer(size))
    Long.from_address(out).value = ctypes.addressof(shared[number]) if number < len(shared) else 0
    return _OK


def _unmapped(_file: int, _delete: int) -> int:
    _machine[-1].shared.clear()
    return _OK


class _Start(ctypes.Structure):
    """What SQLite keeps of an open file."""

    _fields_ = (("methods", Pointer), ("number", Long))


def _noting(does: Callable[..., int], *kinds: Any) -> Any:
    """A function that SQLite calls; what it raises is kept for who opened the disk."""

    def called(*given: Any) -> int:
        try:
            return does(*given)
        except BaseException as error:  # it cannot pass through SQLite
            _machine[-1].errors.append(error)
            return _IOERR

    return ctypes.CFUNCTYPE(Int, *kinds)(called)


_METHODS: Final = {
    "close": _noting(_closed, Pointer),
    "read": _noting(_read, Pointer, Pointer, Int, Long),
    "write": _noting(_wrote, Pointer, Pointer, Int, Long),
    "truncate": _noting(_resized, Pointer, Long),
    "sync": _noting(_synced, Pointer, Int),
    "file_size": _noting(_size, Pointer, Pointer),
    "lock": _noting(lambda *_: _OK, Pointer, Int),
    "unlock": _noting(lambda *_: _OK, Pointer, Int),
    "check_reserved_lock": _noting(_free, Pointer, Pointer),
    "file_control": _noting(lambda *_: _NOTFOUND, Pointer, Int, Pointer),
    "sector_size": _noting(lambda *_: _SECTOR, Pointer),
    "device_characteristics": _noting(lambda *_: _POWERSAFE_OVERWRITE, Pointer),
    "shm_map": _noting(_mapped, Pointer, Int, Int, Int, Pointer),
    "shm_lock": _noting(lambda *_: _OK, Pointer, Int, Int, Int),
    "shm_barrier": _noting(lambda *_: _OK, Pointer),
    "shm_unmap": _noting(_unmapped, Pointer, Int),
}
_NAMED: Final = {
    "open": _noting(_opened, Pointer, ctypes.c_char_p, Pointer, Int, Pointer),
    "delete": _noting(_deleted, Pointer, ctypes.c_char_p, Int),
    "access": _noting(_there, Pointer, ctypes.c_char_p, Int, Pointer),
    "full_pathname": _noting(_path, Pointer, ctypes.c_char_p, Int, Pointer),
}


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 2."""

    _fields_ = (("version", Int), *((name, Pointer) for name in _METHODS))


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 2."""

    _fields_ = (
        *(("version", Int), ("file_bytes", Int), ("path_bytes", Int), ("next", Pointer), ("name", ctypes.c_char_p)),
        *(("data", Pointer), *((name, Pointer) for name in _NAMED)),
        *((name, Pointer) for name in ("dl_open", "dl_error", "dl_sym", "dl_close", "randomness", "sleep", "time", "error")),
        ("time_ms", Pointer),
    )


VFS_BYTES: Final = ctypes.sizeof(_Vfs)
_methods: Final = _Methods(2, *(ctypes.cast(method, Pointer).value for method in _METHODS.values()))
_kept: Final[list[_Vfs]] = []


def library() -> ctypes.CDLL:
    """The SQLite that Python uses."""
    cdll = ctypes.CDLL(getattr(_sqlite3, "__file__", None))  # None where Python holds SQLite in itself
    cdll.sqlite3_vfs_find.restype = Pointer
    return cdll


def _registered() -> None:
    """Puts the disk beside the machine's own, once; randomness and time stay the machine's."""
    if _kept:
        return
    made = _Vfs.from_buffer_copy(_Vfs.from_address(library().sqlite3_vfs_find(None)))
    made.version, made.file_bytes, made.path_bytes, made.next, made.name = 2, ctypes.sizeof(_Start), 512, None, VFS
    for name, does in _NAMED.items():
        setattr(made, name, ctypes.cast(does, Pointer).value)
    if library().sqlite3_vfs_register(ctypes.byref(made), 0) != _OK:
        raise RuntimeError("the disk in memory was not taken")
    _kept.append(made)
