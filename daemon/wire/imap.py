"""The mailbox: IMAP4rev1/rev2 (RFC 3501, 9051) through imapclient.

Promise: nothing here deletes, expunges or sets `\\Seen`; every wait ends; TLS is verified; the password is in no
exception. Folder names are written with `/`, whatever the server uses.
On failure: `ImapUnavailable`, and this `Mailbox` is of no more use (open another), except after its subclass
`ImapRefused`: the server said NO to one command and the connection is sound.
"""

import contextlib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Self

from daemon.wire.imap_line import Client, Line, Refused
from daemon.wire.imap_values import ImapAccount, ImapRefused, ImapUnavailable, Listed, Selected
from daemon.wire.text import clean, disguises
from daemon.wire.tls import verifying_context

__all__ = ["ImapAccount", "ImapRefused", "ImapUnavailable", "Listed", "Mailbox", "Selected"]

IDLE_SECONDS_MAX = 29.0
"""Servers may hang up on an IDLE of 30 minutes (RFC 2177), address translators far sooner; a turn stays under 30 s."""
SEARCH_MESSAGES = 50_000
"""Messages searched at a time: imaplib refuses a line of over 1,000,000 octets, a UID takes up to 11."""
FETCH_BATCH = 500
"""UIDs of one FETCH of sizes and dates, or of one MOVE: a line of at most 5,500 octets (RFC 7162 section 4: 8,192)."""
WITNESS_HITS = 100
"""Messages examined at most when a Message-ID is looked for; the last ones."""
GOODBYE_SECONDS = 5.0
"""For LOGOUT; nobody waits longer for a farewell."""

_LOGIN = "login"
_RESPONSE_CODE = re.compile(r"\[[A-Z]{1,40}\]")
"""RFC 9051 section 7.1, those without arguments."""

_FOREIGN = (
    OSError,
    EOFError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What imaplib, imapclient and ssl raise, beside imaplib's errors, when a server misbehaves."""


class Mailbox:
    """One connection to one account, one folder selected at a time. Not for several threads."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._secrets = disguises(account.user, account.password)
        self._line = Line(account.response_octets)
        self._client: Client | None = None
        self._prefix = ""
        self._delimiter = "/"
        self._ready: set[str] = set()
        self._exists = 0
        self._news = False
        self.capabilities: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            # Nobody knows what the server waits for now: a farewell could hang.
            self._drop()

    def connect(self) -> None:
        """Connect, start TLS, log in, learn the server's capabilities and how it writes folders."""
        account = self._account
        with self._mapped("connect"):
            tls = None if account.security == "none" else verifying_context(account.ca_file)
            self._client = Client(account, self._line, tls if account.security == "tls" else None)
            if account.security == "starttls":
                self._client.starttls(tls)
        with self._operation(_LOGIN) as client:
            if "AUTH=PLAIN" in client.connection.capabilities:
                client.plain_login(account.user, account.password)
            else:
                client.login(account.user, account.password)
        with self._operation("capability") as client:
            self.capabilities = frozenset(name.decode("ascii", "replace") for name in client.capabilities())
            self._learn_names(client)

    def close(self) -> None:
        """Log out if that is still possible. Never raises."""
        if self._client is not None:
            with contextlib.suppress(Exception), self._line.limited(GOODBYE_SECONDS):
                self._client.logout()
        self._drop()

    @property
    def can_move(self) -> bool:
        """RFC 6851."""
        return "MOVE" in self.capabilities

    @property
    def can_idle(self) -> bool:
        """RFC 2177."""
        return "IDLE" in self.capabilities

    def select(self, folder: str, *, readonly: bool) -> Selected:
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
            with self._operation(f"create {folder}") as client:
                client.create_folder(self._theirs(folder))
            with contextlib.suppress(ImapRefused), self._operation(f"subscribe {folder}") as client:
                client.subscribe_folder(self._theirs(folder))
        self._ready.add(folder)

    def _learn_names(self, client: Client) -> None:
        """The prefix and delimiter of our own folders (RFC 2342), or the delimiter alone from LIST."""
        if "NAMESPACE" in self.capabilities:
            personal = client.namespace().personal
            if personal:
                self._prefix, self._delimiter = personal[0][0], personal[0][1] or "/"
                return
        root = client.list_folders("", "")
        if root and root[0][1]:
            self._delimiter = root[0][1].decode("ascii")

    def _theirs(self, folder: str) -> str:
        if folder.upper() == "INBOX":
            return "INBOX"
        name = folder.replace("/", self._delimiter)
        return name if name.startswith(self._prefix) else self._prefix + name

    def _ours(self, name: str) -> str:
        return name.removeprefix(self._prefix).replace(self._delimiter, "/")

    @contextlib.contextmanager
    def _operation(self, what: str, extra_seconds: float = 0) -> Iterator[Client]:
        """One exchange with the server, on a connection that is known to live."""
        client = self._client
        if client is None:
            raise ImapUnavailable(f"{what}: the connection is closed")
        with self._mapped(what, extra_seconds):
            yield client
            self._news = client.connection.take_news() or self._news

    @contextlib.contextmanager
    def _mapped(self, what: str, extra_seconds: float = 0) -> Iterator[None]:
        """The one place where foreign exceptions become ours, and where time is limited."""
        seconds = self._account.operation_seconds + extra_seconds
        try:
            with self._line.limited(seconds):
                yield
        except Refused as error:
            raise ImapRefused(self._reason(what, error)) from None
        except (Client.Error, *_FOREIGN) as error:
            self._drop()
            reason = f"{what}: no end within {seconds:g} s" if self._line.expired else self._reason(what, error)
            raise ImapUnavailable(reason) from None

    def _reason(self, what: str, error: BaseException) -> str:
        text = str(error) or type(error).__name__
        if isinstance(error, UnicodeError):
            text = "a text cannot be written for this server"
        elif isinstance(error, TimeoutError) or "timed out" in text:
            text = f"silent for {self._account.timeout_seconds:g} s"
        elif isinstance(error, ssl.SSLCertVerificationError):
            text = f"the certificate is not accepted: {error.verify_message}"
        elif what == _LOGIN and isinstance(error, Client.Error):
            # The server's words may repeat the password in any disguise; its response code cannot.
            code = _RESPONSE_CODE.search(text)
            text = f"failed {code[0] if code else ''}"
        return clean(f"{what}: {text}", *self._secrets)

    def _drop(self) -> None:
        self._line.release()
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FOREIGN):
                client.connection.shutdown()


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
