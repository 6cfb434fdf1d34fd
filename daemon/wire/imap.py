"""The mailbox: IMAP4rev1/rev2 (RFC 3501, 9051) through imapclient.

Promise: nothing here deletes, expunges or sets `\\Seen`; every wait ends; TLS is verified; the password is in no
exception. Folder names are written with `/`, whatever the server uses.
On failure: `ImapUnavailable`, and this `Mailbox` is of no more use (open another), except after its subclass
`ImapRefused`: the server said NO to one command and the connection is sound.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from daemon.wire.imap_session import Session
from daemon.wire.imap_values import ImapAccount, ImapRefused, ImapUnavailable, Listed, Selected

__all__ = ["ImapAccount", "ImapRefused", "ImapUnavailable", "Listed", "Mailbox", "Selected"]

IDLE_SECONDS_MAX = 29.0
"""Servers may hang up on an IDLE of 30 minutes (RFC 2177), address translators far sooner; a turn stays under 30 s."""
SEARCH_MESSAGES = 50_000
"""Messages searched at a time: imaplib refuses a line of over 1,000,000 octets, a UID takes up to 11."""
FETCH_BATCH = 500
"""UIDs of one FETCH of sizes and dates, or of one MOVE: a line of at most 5,500 octets (RFC 7162 section 4: 8,192)."""
WITNESS_HITS = 100
"""Messages examined at most when a Message-ID is looked for; the last ones."""


class Mailbox(Session):
    """One connection to one account, one folder selected at a time. Not for several threads."""

    def __init__(self, account: ImapAccount) -> None:
        super().__init__(account)
        self._ready: set[str] = set()
        self._exists = 0

    def select(self, folder: str, readonly: bool) -> Selected:
        """SELECT, or EXAMINE if `readonly`. Whether UIDVALIDITY is still the one you know is yours to see."""
        with self._operation(f"select {folder}") as client:
            answer = client.select_folder(self._theirs(folder), readonly=readonly)
            selected = Selected(answer[b"UIDVALIDITY"], answer[b"UIDNEXT"], answer[b"EXISTS"])
            client.connection.take_news()
        self._exists = selected.exists
        self._news = False
        return selected

    def uids(self, low: int, high: int) -> list[int]:
        """The UIDs from `low` to `high` inclusive that exist, in order.

        Asked in windows of message numbers from the newest down: a message that goes meanwhile moves the others only
        into windows that are still to come.
        """
        self._news = False
        if low > high:
            return []
        found: set[int] = set()
        with self._operation("search") as client:
            for window in _windows(self._exists):
                found.update(client.search([*window, "UID", f"{low}:{high}"]))
        # A server answers `n:*` with its last message even if n is beyond it (RFC 9051 section 6.4.8).
        return sorted(uid for uid in found if low <= uid <= high)

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Size and date of each message; a UID that does not exist is absent."""
        found: dict[int, Listed] = {}
        for batch in _batches(uids, FETCH_BATCH):
            for uid, answer in self._fetch(batch, "RFC822.SIZE", "INTERNALDATE").items():
                if isinstance(size := answer.get(b"RFC822.SIZE"), int):
                    found[uid] = Listed(uid, size, _utc(answer.get(b"INTERNALDATE")))
        return found

    def octets(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The messages, one FETCH each; a UID that does not exist is absent. Look at the size first."""
        return self._bodies(uids, "")

    def header(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The header sections, for messages too large to be fetched; a UID that does not exist is absent."""
        return self._bodies(uids, "HEADER")

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-ID of each message, '' where it has none; a UID that does not exist is absent."""
        section = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
        answer = b"BODY[HEADER.FIELDS (MESSAGE-ID)]"
        found: dict[int, str] = {}
        for batch in _batches(uids, FETCH_BATCH):
            for uid, parts in self._fetch(batch, section).items():
                field = parts.get(answer)
                value = b"".join(field.partition(b":")[2].split()) if isinstance(field, bytes) else b""
                found[uid] = value.decode("ascii", "replace")
        return found

    def idle(self, seconds: float) -> bool:
        """One IDLE of at most `seconds` and `IDLE_SECONDS_MAX`: True as soon as the folder may have changed.

        True at once if the server spoke of a change since the last `uids`. Search after every turn, whatever it said.
        """
        if self._news:
            return True
        turn = max(0.0, min(seconds, IDLE_SECONDS_MAX))
        with self._operation("idle", turn) as client:
            return client.connection.idle_turn(turn)

    def file(self, uids: Sequence[int], folder: str) -> Literal["moved", "copied"]:
        """Bring messages of the selected folder into `folder`: MOVE, or COPY and leave them where they are.

        The folder is made and subscribed to if it is missing. A UID that does not exist is passed over by the server.
        """
        for batch in _batches(uids, FETCH_BATCH):
            self._ensure(folder)
            try:
                self._bring(batch, folder)
            except ImapRefused:
                # Somebody may have deleted the folder since we saw it.
                self._ready.discard(folder)
                if self.exists(folder):
                    raise
                self._ensure(folder)
                self._bring(batch, folder)
        return "moved" if self.can_move else "copied"

    def folders(self) -> list[str]:
        """All folders that can be selected, written with `/`."""
        with self._operation("list") as client:
            return sorted(self._ours(name) for flags, _, name in client.list_folders() if _selectable(flags))

    def exists(self, folder: str) -> bool:
        """Whether `folder` can be selected."""
        name = self._theirs(folder)
        with self._operation(f"list {folder}") as client:
            listed = client.list_folders("", name)
        return any(found == name and _selectable(flags) for flags, _, found in listed)

    def has_message_id(self, folder: str, message_id: str) -> bool:
        """Whether a message of `folder` has exactly this Message-ID. Opens the folder read-only: the selection changes.

        Raises:
            ImapUnavailable: also if there is no such folder; its absence says nothing of the message.
        """
        self.select(folder, readonly=True)
        with self._operation("search Message-ID") as client:
            hits = sorted(client.search(["HEADER", "Message-ID", message_id]))[-WITNESS_HITS:]
        # A server with a word index may find more than was asked for.
        fields = self._bodies(hits, "HEADER.FIELDS (MESSAGE-ID)")
        return any(b"".join(text.partition(b":")[2].split()) == message_id.encode() for text in fields.values())

    def append(self, folder: str, octets: bytes) -> None:
        """Put a message into `folder`, without flags; the folder is made if it is missing."""
        self._ensure(folder)
        with self._operation(f"append {folder}") as client:
            client.append(self._theirs(folder), octets)

    def _bodies(self, uids: Sequence[int], section: str) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for uid in uids:
            answer = self._fetch([uid], f"BODY.PEEK[{section}]").get(uid, {})
            octets = answer.get(f"BODY[{section}]".encode())
            if isinstance(octets, bytes):
                found[uid] = octets
        return found

    def _fetch(self, uids: Sequence[int], *items: str) -> dict[int, dict[bytes, Any]]:
        try:
            return self._fetch_once(uids, items)
        except ImapRefused:
            # NO may mean that another client expunged one of them (RFC 9051 section 7.4.1): hear of it, ask once more.
            with self._operation("noop") as client:
                client.noop()
            return self._fetch_once(uids, items)

    def _fetch_once(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        with self._operation("fetch") as client:
            answer: dict[int, dict[bytes, Any]] = client.fetch(list(uids), list(items))
            return answer

    def _bring(self, uids: Sequence[int], folder: str) -> None:
        with self._operation(f"file into {folder}") as client:
            (client.move if self.can_move else client.copy)(list(uids), self._theirs(folder))

    def _ensure(self, folder: str) -> None:
        if folder in self._ready:
            return
        if not self.exists(folder):
            try:
                with self._operation(f"create {folder}") as client:
                    client.create_folder(self._theirs(folder))
            except ImapRefused:
                # Another daemon on the same mailbox may have been faster.
                if not self.exists(folder):
                    raise
            with contextlib.suppress(ImapRefused), self._operation(f"subscribe {folder}") as client:
                client.subscribe_folder(self._theirs(folder))
        self._ready.add(folder)


def _windows(exists: int) -> list[list[str]]:
    """Search keys that together cover all messages, newest first; one empty key if they are few."""
    if exists <= SEARCH_MESSAGES:
        return [[]]
    return [
        [f"{max(top - SEARCH_MESSAGES, 0) + 1}:{'*' if top == exists else top}"]
        for top in range(exists, 0, -SEARCH_MESSAGES)
    ]


def _batches(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def _selectable(flags: Sequence[bytes]) -> bool:
    return not {flag.lower() for flag in flags} & {b"\\noselect", b"\\nonexistent"}


def _utc(received: object) -> datetime:
    # A message with an unreadable date must be treated as new: as an old one it would never be answered.
    if isinstance(received, datetime) and received.tzinfo is not None:
        return received.astimezone(UTC)
    return datetime.fromtimestamp(time.time(), UTC)
