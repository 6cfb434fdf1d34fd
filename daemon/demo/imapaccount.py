"""IMAP commands outside a selected folder: log in, look at folders, change them, append (RFC 9051 sections 6.1-6.3).

Each takes the session and the arguments, returns the untagged lines and the text after OK. On failure:
`CommandError` and `RefusedError`.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from daemon.demo.imapfolders import list_lines, status_line
from daemon.demo.imapgrammar import CommandError, RefusedError, Token, atoms_of, octets_of, text_of
from daemon.demo.imapsession import Lines, Session
from daemon.demo.mailboxes import SYSTEM_FLAGS, flag_named

CAPABILITY = (
    b"CAPABILITY IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN ID ENABLE IDLE NAMESPACE UIDPLUS MOVE UNSELECT "
    b"CHILDREN SPECIAL-USE"
)

Answer = tuple[Lines, bytes]
Command = Callable[[Session, list[Token]], Answer]


def capability(_session: Session, _args: list[Token]) -> Answer:
    """CAPABILITY."""
    return [b"* " + CAPABILITY], b"done"


def noop(_session: Session, _args: list[Token]) -> Answer:
    """NOOP and CHECK: what is new is told after every command."""
    return [], b"done"


def identify(_session: Session, _args: list[Token]) -> Answer:
    """ID (RFC 2971)."""
    return [b'* ID ("name" "e-sauda demonstration")'], b"done"


def login(session: Session, args: list[Token]) -> Answer:
    """LOGIN."""
    expect(args, 2)
    name, password = (octets_of(arg).decode("utf-8", "replace") for arg in args)
    session.login(name, password)
    return logged_in()


def logged_in() -> Answer:
    """The answer to LOGIN and AUTHENTICATE."""
    return [], b"[" + CAPABILITY + b"] logged in"


def enable(_session: Session, _args: list[Token]) -> Answer:
    """ENABLE (RFC 5161): there is nothing to enable."""
    return [b"* ENABLED"], b"done"


def namespace(_session: Session, _args: list[Token]) -> Answer:
    """NAMESPACE (RFC 2342): one, of the user."""
    return [b'* NAMESPACE (("" "/")) NIL NIL'], b"done"


def select(session: Session, args: list[Token]) -> Answer:
    """SELECT."""
    return _open(session, args, read_only=False)


def examine(session: Session, args: list[Token]) -> Answer:
    """EXAMINE."""
    return _open(session, args, read_only=True)


def _open(session: Session, args: list[Token], *, read_only: bool) -> Answer:
    session.leave()
    folder = session.named(at(args, 0))
    session.open(folder, read_only=read_only)
    unseen = next((n for n, mail in enumerate(session.view, 1) if "\\Seen" not in mail.flags), None)
    flags = " ".join(SYSTEM_FLAGS).encode()
    lines = [
        b"* FLAGS (" + flags + b")",
        b"* OK [PERMANENTFLAGS (" + (b"" if read_only else flags + b" \\*") + b")] flags kept",
        b"* %d EXISTS" % len(session.view),
        b"* 0 RECENT",
        b"* OK [UIDVALIDITY %d] UIDs valid" % folder.uidvalidity,
        b"* OK [UIDNEXT %d] next UID" % folder.uidnext,
    ]
    if unseen:
        lines.append(b"* OK [UNSEEN %d] first unseen" % unseen)
    return lines, b"[READ-ONLY] opened" if read_only else b"[READ-WRITE] opened"


def create(session: Session, args: list[Token]) -> Answer:
    """CREATE."""
    try:
        session.account.create(text_of(at(args, 0)))
    except FileExistsError:
        raise RefusedError("[ALREADYEXISTS] the folder is there") from None
    except KeyError:
        raise RefusedError("[CANNOT] no such name") from None
    return [], b"created"


def delete(session: Session, args: list[Token]) -> Answer:
    """DELETE."""
    try:
        session.account.delete(text_of(at(args, 0)))
    except KeyError:
        raise RefusedError("[NONEXISTENT] no such folder") from None
    return [], b"deleted"


def rename(session: Session, args: list[Token]) -> Answer:
    """RENAME."""
    expect(args, 2)
    try:
        session.account.rename(text_of(args[0]), text_of(args[1]))
    except FileExistsError:
        raise RefusedError("[ALREADYEXISTS] the folder is there") from None
    except KeyError:
        raise RefusedError("[NONEXISTENT] no such folder") from None
    return [], b"renamed"


def subscribe(session: Session, args: list[Token]) -> Answer:
    """SUBSCRIBE."""
    session.named(at(args, 0)).subscribed = True
    return [], b"subscribed"


def unsubscribe(session: Session, args: list[Token]) -> Answer:
    """UNSUBSCRIBE."""
    session.named(at(args, 0)).subscribed = False
    return [], b"unsubscribed"


def list_folders(session: Session, args: list[Token]) -> Answer:
    """LIST."""
    return list_lines(session.account, args, b"LIST"), b"listed"


def list_subscribed(session: Session, args: list[Token]) -> Answer:
    """LSUB."""
    return list_lines(session.account, args, b"LSUB"), b"listed"


def status(session: Session, args: list[Token]) -> Answer:
    """STATUS."""
    expect(args, 2)
    return [status_line(session.named(args[0]), atoms_of(args[1]))], b"done"


def append(session: Session, args: list[Token]) -> Answer:
    """APPEND, with APPENDUID (RFC 4315)."""
    if not 2 <= len(args) <= 4:
        raise CommandError("wrong number of arguments")
    folder = session.named(args[0])
    flags = [flags_of(arg) for arg in args[1:-1] if isinstance(arg, list)]
    dates = [text_of(arg) for arg in args[1:-1] if not isinstance(arg, list)]
    arrived = _date_time(dates[0]) if dates else datetime.now(UTC)
    mail = folder.add(octets_of(args[-1]), arrived, flags[0] if flags else ())
    return [], b"[APPENDUID %d %d] appended" % (folder.uidvalidity, mail.uid)


def at(args: list[Token], place: int) -> Token:
    """An argument; raises CommandError where it is missing."""
    if place >= len(args):
        raise CommandError("an argument is missing")
    return args[place]


def expect(args: list[Token], number: int) -> None:
    """Raises CommandError unless there are that many arguments."""
    if len(args) != number:
        raise CommandError("wrong number of arguments")


def flags_of(token: Token) -> frozenset[str]:
    """The flags of a list or of one atom; raises CommandError."""
    try:
        return frozenset(flag_named(name) for name in atoms_of(token))
    except ValueError:
        raise CommandError("no flag") from None


def _date_time(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        raise CommandError("no date-time") from None
