"""The session under `daemon.wire.imap`: connecting, logging in, and the one place where foreign exceptions become ours.

Promise: after `ImapUnavailable` the connection is gone and every further use says so; after `ImapRefused` it is sound.
The password is in no exception. Folder names are written with `/`, whatever the server uses.
"""

import contextlib
import re
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from daemon.wire.imap_line import Client, Line, Refused
from daemon.wire.imap_values import ImapAccount, ImapRefused, ImapUnavailable
from daemon.wire.text import clean, disguises
from daemon.wire.tls import verifying_context

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


class Session:
    """One connection to one account. A context manager. Not for several threads."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._secrets = disguises(account.user, account.password)
        self._line = Line(account.response_octets)
        self._client: Client | None = None
        self._prefix = ""
        self._delimiter = "/"
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
