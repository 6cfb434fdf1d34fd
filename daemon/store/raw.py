"""The octets of received messages, by their SHA-256: files beside SQLite, rows where several hosts share a PostgreSQL.

Promise: when `put` returns, the octets are safe (file and folder are fsynced, or the row is committed); the same octets
are kept once; nothing here deletes. On failure: `StoreUnavailable`, and at worst unreferenced octets stay behind.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Protocol

from daemon.store.connection import StoreUnavailable, kind_of, reading, rows, writing
from daemon.store.models import Raw


class RawStore(Protocol):
    """Where raw messages are kept."""

    def put(self, octets: bytes) -> str:
        """Keep `octets`; returns their SHA-256 in hex. Raises `StoreUnavailable`."""

    def get(self, digest: str) -> bytes:
        """The octets with that SHA-256. Raises `StoreUnavailable` where they are not there."""

    def free_octets(self) -> int | None:
        """Free space; None where only the database server knows it. Raises `StoreUnavailable`."""


def raw_store(url: str, state: Path) -> RawStore:
    """The raw store that belongs to the database at `url`; files lie in the folder `state`."""
    return RawFiles(state) if kind_of(url) == "sqlite" else RawRows()


class RawRows:
    """The table of raw messages."""

    def put(self, octets: bytes) -> str:
        """A transaction of its own: it is committed before anything is decided upon the octets."""
        digest = hashlib.sha256(octets).hexdigest()
        with reading():
            known = bool(Raw.select().where(Raw.sha256 == digest).exists())
        if not known:
            with writing():
                Raw.insert(sha256=digest, octets=octets, size=len(octets)).on_conflict_ignore().execute()
        return digest

    def get(self, digest: str) -> bytes:
        """The octets of one row."""
        with reading():
            found = rows(Raw.select(Raw.octets).where(Raw.sha256 == digest))
        if not found:
            raise StoreUnavailable(f"the raw message {digest[:12]} is not in the database")
        return bytes(found[0][0])

    def free_octets(self) -> int | None:
        """Unknown here; a full disk of the server is an error of the database, and waited for."""
        return None


class RawFiles:
    """A folder of raw messages."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made where it is missing, readable by its owner only."""
        self._folder = folder / "raw"

    def put(self, octets: bytes) -> str:
        """A file that is on the disk when this returns."""
        digest = hashlib.sha256(octets).hexdigest()
        path = self._path(digest)
        try:
            if not (path.exists() and path.stat().st_size == len(octets)):
                self._write(path, octets)
        except OSError as error:
            raise StoreUnavailable(f"the raw message cannot be kept: {error.strerror}") from error
        return digest

    def get(self, digest: str) -> bytes:
        """The octets of one file."""
        try:
            return self._path(digest).read_bytes()
        except OSError as error:
            raise StoreUnavailable(f"the raw message {digest[:12]} cannot be read: {error.strerror}") from error

    def free_octets(self) -> int | None:
        """Free space on the disk of the folder."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return shutil.disk_usage(self._folder).free
        except OSError as error:
            raise StoreUnavailable(f"the folder of raw messages cannot be used: {error.strerror}") from error

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.eml"

    def _write(self, path: Path, octets: bytes) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(path.parent.parent)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A rename is durable only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
