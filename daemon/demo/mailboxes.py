"""Accounts, folders and messages in memory: what both servers of the embedded mail system stand on.

Promise: identifiers behave as RFC 9051 section 2.3.1.1 wants them: a UID is never given twice in a folder, and a
folder made anew (or a new start of the system) has another UIDVALIDITY. All of it lives in one thread; there are no
locks (see `mailsystem`). On failure: `KeyError` for a folder that is not there, `FileExistsError` for one that is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

MESSAGE_OCTETS = 40_000_000
"""Largest message taken by either server: above the 30 MB at which the service reads the header only."""

SEPARATOR = "/"
INBOX = "INBOX"
ORDINARY_FOLDERS = (INBOX, "Drafts", "Sent", "Junk", "Trash")
"""What a mail client expects to find in every account (names of RFC 6154)."""

SYSTEM_FLAGS = ("\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen")


def flag_named(name: str) -> str:
    """A flag as it is kept: system flags in one spelling, keywords as given; raises ValueError for what is none."""
    if not name or any(char in '(){%*"]' or not " " < char < "\x7f" for char in name):
        raise ValueError(name)
    return next((flag for flag in SYSTEM_FLAGS if flag.casefold() == name.casefold()), name)


@dataclass(slots=True, eq=False)
class Mail:
    """One stored message."""

    uid: int
    octets: bytes
    flags: frozenset[str]
    arrived: datetime
    """Aware; the INTERNALDATE."""


@dataclass(slots=True, eq=False)
class Folder:
    """One folder. `version` grows with every change; `watchers` are called after it."""

    name: str
    uidvalidity: int
    uidnext: int = 1
    version: int = 0
    subscribed: bool = True
    mails: list[Mail] = field(default_factory=list)
    watchers: set[Callable[[], None]] = field(default_factory=set)

    def add(self, octets: bytes, arrived: datetime, flags: Iterable[str] = ()) -> Mail:
        """Store a message under the next UID."""
        mail = Mail(self.uidnext, octets, frozenset(flags), arrived)
        self.uidnext += 1
        self.mails.append(mail)
        self._changed()
        return mail

    def flag(self, mail: Mail, flags: frozenset[str]) -> None:
        """Replace the flags of a message."""
        mail.flags = flags
        self._changed()

    def remove(self, mails: Iterable[Mail]) -> None:
        """Take messages out; those that are gone already are passed over."""
        gone = set(mails)
        self.mails = [mail for mail in self.mails if mail not in gone]
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        for watcher in tuple(self.watchers):
            watcher()


class Account:
    """One user's folders. Names are kept in the form they have on the wire (modified UTF-7, RFC 3501 section 5.1.3)."""

    def __init__(self, login: str, uidvalidities: Iterator[int]) -> None:
        self.login = login
        self._uidvalidities = uidvalidities
        self._folders: dict[str, Folder] = {}
        for name in ORDINARY_FOLDERS:
            self.create(name)

    @property
    def names(self) -> list[str]:
        """All folder names, INBOX first."""
        return sorted(self._folders, key=lambda name: (name != INBOX, name))

    def folder(self, name: str) -> Folder:
        """The folder of that name; raises KeyError."""
        return self._folders[_canonical(name)]

    def folder_for(self, detail: str) -> Folder:
        """Where mail to a sub-address goes: the folder of that name in any case, or INBOX where there is none."""
        wanted = detail.casefold()
        return next((self._folders[name] for name in self.names if name.casefold() == wanted), self._folders[INBOX])

    def create(self, name: str) -> None:
        """Make a folder and the missing ones above it; raises FileExistsError and, for an empty name, KeyError."""
        name = _canonical(name.rstrip(SEPARATOR))
        if not name:
            raise KeyError(name)
        if name in self._folders:
            raise FileExistsError(name)
        steps = name.split(SEPARATOR)
        for depth in range(1, len(steps) + 1):
            path = SEPARATOR.join(steps[:depth])
            if path not in self._folders:
                self._folders[path] = Folder(path, next(self._uidvalidities))

    def ensure(self, name: str) -> None:
        """Make a folder unless it is there."""
        if _canonical(name) not in self._folders:
            self.create(name)

    def delete(self, name: str) -> None:
        """Drop a folder with its messages; INBOX cannot be dropped. Raises KeyError."""
        if _canonical(name) == INBOX:
            raise KeyError(name)
        del self._folders[_canonical(name)]

    def rename(self, old: str, new: str) -> None:
        """Rename a folder and those below it; raises KeyError, FileExistsError."""
        old, new = _canonical(old), _canonical(new)
        if old == INBOX or old not in self._folders:
            raise KeyError(old)
        if new in self._folders:
            raise FileExistsError(new)
        for name in [name for name in self._folders if name == old or name.startswith(old + SEPARATOR)]:
            folder = self._folders.pop(name)
            folder.name = new + name.removeprefix(old)
            self._folders[folder.name] = folder


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """An account that exists from the start: its login, the addresses it receives for, folders beside the ordinary."""

    login: str
    addresses: tuple[str, ...]
    folders: tuple[str, ...] = ()


class Store:
    """All accounts. Those of the specs have fixed addresses; everybody else gets an account with the first letter."""

    def __init__(self, specs: Iterable[AccountSpec], password: str, uidvalidity: int) -> None:
        """`password` opens every account; `uidvalidity` is the first one given (RFC 9051 advises the time in s)."""
        self._password = password
        self._uidvalidities = count(uidvalidity)
        self._accounts: dict[str, Account] = {}
        self._by_address: dict[str, Account] = {}
        for spec in specs:
            account = self._open(spec.login, spec.addresses)
            for name in spec.folders:
                account.ensure(name)
        self._own_domains = {_domain(address) for address in self._by_address}

    @property
    def logins(self) -> list[str]:
        """Every account there is now."""
        return sorted(self._accounts)

    def account(self, name: str) -> Account:
        """By login or address; raises KeyError."""
        key = name.casefold()
        return self._accounts.get(key) or self._by_address[key]

    def authenticate(self, name: str, password: str) -> Account | None:
        """The account, if there is one of this login or address and the password is right."""
        if password != self._password:
            return None
        try:
            return self.account(name)
        except KeyError:
            return None

    def is_own(self, domain: str) -> bool:
        """Whether the domain is one of ours: there an unknown address is refused."""
        return domain.casefold() in self._own_domains

    def owns(self, login: str, address: str) -> bool:
        """Whether the account of that login receives for the address, sub-addresses included."""
        account = self._accounts.get(login)
        return account is not None and self._by_address.get(_without_detail(address)[0]) is account

    def accepts(self, address: str) -> bool:
        """Whether mail to the address can be delivered."""
        base, _ = _without_detail(address)
        local, _, domain = base.rpartition("@")
        return base in self._by_address or bool(local and domain and not self.is_own(domain))

    def destination(self, address: str) -> Folder:
        """The folder in which mail to the address ends (sub-addresses: RFC 5233); raises KeyError if not accepted."""
        base, detail = _without_detail(address)
        if not self.accepts(address):
            raise KeyError(address)
        account = self._by_address.get(base) or self._open(base, (base,))
        return account.folder_for(detail) if detail else account.folder(INBOX)

    def _open(self, login: str, addresses: tuple[str, ...]) -> Account:
        account = Account(login.casefold(), self._uidvalidities)
        self._accounts[account.login] = account
        for address in addresses:
            self._by_address[address.casefold()] = account
        return account


def _canonical(name: str) -> str:
    return INBOX if name.upper() == INBOX else name


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _without_detail(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    base, _, detail = local.partition("+")
    return f"{base}@{domain}".casefold(), detail
