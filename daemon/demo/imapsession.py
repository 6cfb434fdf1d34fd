"""One client's IMAP session: who is logged in, which folder is selected, what the client has been told of it.

Promise: sequence numbers are those the client was told: what others changed is told after a command, expunged
messages only where RFC 9051 section 7.5.1 allows it. On failure: `CommandError` and `RefusedError`.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from daemon.demo.imapfetch import flag_list
from daemon.demo.imapgrammar import CommandError, NumberSet, RefusedError, Token, text_of
from daemon.demo.mailboxes import Account, Folder, Mail, Store

Lines = list[bytes]


class Session:
    """State of one connection."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._account: Account | None = None
        self._folder: Folder | None = None
        self.read_only = False
        """Whether the folder was opened by EXAMINE."""
        self.view: list[Mail] = []
        """The messages of the selected folder in the client's numbering."""
        self._told: dict[int, frozenset[str]] = {}
        self._version = -1

    def login(self, name: str, password: str) -> None:
        """Log in; raises RefusedError."""
        account = self._store.authenticate(name, password)
        if account is None:
            raise RefusedError("[AUTHENTICATIONFAILED] wrong name or password")
        self._account = account

    def plain(self, response: bytes) -> None:
        """Log in by SASL PLAIN (RFC 4616)."""
        try:
            _, name, password = base64.b64decode(response, validate=True).decode().split("\0")
        except (binascii.Error, ValueError):
            raise CommandError("no SASL PLAIN response") from None
        self.login(name, password)

    @contextmanager
    def watching(self, notify: Callable[[], None]) -> Iterator[None]:
        """Have `notify` called after every change of the selected folder; raises CommandError before login."""
        folder = self._folder
        if self._account is None:
            raise CommandError("log in first")
        if folder is None:
            yield
            return
        folder.watchers.add(notify)
        try:
            yield
        finally:
            folder.watchers.discard(notify)

    def open(self, folder: Folder, *, read_only: bool) -> None:
        """Select a folder; the caller tells the client what is in it."""
        self._folder, self.read_only = folder, read_only
        self.view = list(folder.mails)
        self._told = {mail.uid: mail.flags for mail in self.view}
        self._version = folder.version

    def leave(self) -> None:
        """No folder is selected any more."""
        self._folder, self.view, self._told, self._version = None, [], {}, -1

    @property
    def account(self) -> Account:
        """Raises CommandError where nobody is logged in."""
        if self._account is None:
            raise CommandError("log in first")
        return self._account

    def selected(self) -> Folder:
        """The selected folder; raises CommandError where there is none."""
        if self._folder is None:
            raise CommandError("select a folder first")
        return self._folder

    def writable(self) -> Folder:
        """The selected folder; raises RefusedError where it is open for reading only."""
        if self.read_only:
            raise RefusedError("[READ-ONLY] the folder is open for reading")
        return self.selected()

    def named(self, token: Token) -> Folder:
        """The folder of that name; raises RefusedError."""
        try:
            return self.account.folder(text_of(token))
        except KeyError:
            raise RefusedError("[TRYCREATE] no such folder") from None

    def chosen(self, token: Token, *, uid: bool) -> list[tuple[int, Mail]]:
        """The messages of a sequence set with their numbers."""
        last_uid = self.view[-1].uid if self.view else 0
        numbers = NumberSet(text_of(token), last_uid if uid else len(self.view))
        return [(n, mail) for n, mail in enumerate(self.view, 1) if (mail.uid if uid else n) in numbers]

    def mark_told(self, mail: Mail, *, told: bool) -> None:
        """Whether the client knows the flags as they are now; if not, `news` tells them."""
        if told:
            self._told[mail.uid] = mail.flags
        else:
            self._told.pop(mail.uid, None)

    def news(self, *, expunged: bool = True) -> Lines:
        """What changed in the selected folder since the client was last told."""
        folder = self._folder
        if folder is None or folder.version == self._version:
            return []
        lines: Lines = []
        if expunged:
            lines += self._expunged(folder)
        lines += self._changed_flags()
        known = self.view[-1].uid if self.view else 0
        fresh = [mail for mail in folder.mails if mail.uid > known]
        if fresh:
            self.view += fresh
            self._told |= {mail.uid: mail.flags for mail in fresh}
            lines += [b"* %d EXISTS" % len(self.view), b"* 0 RECENT"]
        if expunged:
            self._version = folder.version
        return lines

    def _expunged(self, folder: Folder) -> Lines:
        here = set(folder.mails)
        numbers = [number for number, mail in enumerate(self.view, 1) if mail not in here]
        self.view = [mail for mail in self.view if mail in here]
        return [b"* %d EXPUNGE" % number for number in reversed(numbers)]

    def _changed_flags(self) -> Lines:
        lines = []
        for number, mail in enumerate(self.view, 1):
            if self._told.get(mail.uid) != mail.flags:
                self._told[mail.uid] = mail.flags
                lines.append(b"* %d FETCH (UID %d FLAGS %b)" % (number, mail.uid, flag_list(mail)))
        return lines
