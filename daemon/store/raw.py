"""The octets of received messages, as files named by their SHA-256.

Promise: when `put` returns, the octets are on the disk (file and folder are fsynced); the same octets are kept once;
nothing here deletes. On failure: `StoreUnavailable`, and at worst an unreferenced file stays behind.
"""

import hashlib
import os
import shutil
from pathlib import Path

from daemon.store.connection import StoreUnavailable


class RawStore:
    """A folder of raw messages."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made where it is missing, readable by its owner only."""
        self._folder = folder / "raw"

    def put(self, octets: bytes) -> str:
        """Keep `octets`; returns their SHA-256 in hex."""
        digest = hashlib.sha256(octets).hexdigest()
        path = self._path(digest)
        try:
            if not (path.exists() and path.stat().st_size == len(octets)):
                self._write(path, octets)
        except OSError as error:
            raise StoreUnavailable(f"the raw message cannot be kept: {error.strerror}") from error
        return digest

    def get(self, digest: str) -> bytes:
        """The octets with that SHA-256. Raises `StoreUnavailable` where they are not there."""
        try:
            return self._path(digest).read_bytes()
        except OSError as error:
            raise StoreUnavailable(f"the raw message {digest[:12]} cannot be read: {error.strerror}") from error

    def free_octets(self) -> int:
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
