"""IMAP commands on the messages of the selected folder (RFC 9051 section 6.4, RFC 4315, RFC 6851).

Each takes the session and the arguments, returns the untagged lines and the text after OK; flag changes and expunges
are told by `Session.news` after the command. On failure: `CommandError` and `RefusedError`.
"""

from daemon.demo.imapaccount import Answer, at, expect, flags_of
from daemon.demo.imapfetch import data_item, items_of, marks_seen
from daemon.demo.imapgrammar import CommandError, Token, compact, text_of
from daemon.demo.imapsearch import compile_search
from daemon.demo.imapsession import Session
from daemon.demo.mailboxes import Mail


def close(session: Session, _args: list[Token]) -> Answer:
    """CLOSE."""
    folder = session.selected()
    if not session.read_only:
        folder.remove([mail for mail in folder.mails if "\\Deleted" in mail.flags])
    session.leave()
    return [], b"closed"


def unselect(session: Session, _args: list[Token]) -> Answer:
    """UNSELECT (RFC 3691)."""
    session.leave()
    return [], b"unselected"


def expunge(session: Session, _args: list[Token]) -> Answer:
    """EXPUNGE."""
    folder = session.writable()
    folder.remove([mail for mail in folder.mails if "\\Deleted" in mail.flags])
    return [], b"expunged"


def uid_expunge(session: Session, args: list[Token]) -> Answer:
    """UID EXPUNGE (RFC 4315)."""
    folder = session.writable()
    chosen = session.chosen(at(args, 0), uid=True)
    folder.remove([mail for _, mail in chosen if "\\Deleted" in mail.flags])
    return [], b"expunged"


def search(session: Session, args: list[Token], *, uid: bool) -> Answer:
    """SEARCH and UID SEARCH."""
    test = compile_search(args, len(session.view), session.view[-1].uid if session.view else 0)
    found = [mail.uid if uid else n for n, mail in enumerate(session.view, 1) if test(n, mail)]
    return [b"".join([b"* SEARCH", *(b" %d" % number for number in found)])], b"searched"


def fetch(session: Session, args: list[Token], *, uid: bool) -> Answer:
    """FETCH and UID FETCH."""
    expect(args, 2)
    items = items_of(args[1])
    if uid and "UID" not in [item.upper() for item in items]:
        items = ["UID", *items]
    folder = session.selected()
    reading = not session.read_only and any(marks_seen(item) for item in items)
    lines = []
    for number, mail in session.chosen(args[0], uid=uid):
        if reading and "\\Seen" not in mail.flags:
            folder.flag(mail, mail.flags | {"\\Seen"})
        data = b" ".join(data_item(mail, item) for item in items)
        lines.append(b"* %d FETCH (%b)" % (number, data))
    return lines, b"fetched"


def store(session: Session, args: list[Token], *, uid: bool) -> Answer:
    """STORE and UID STORE; the answers are the flag changes that `news` finds."""
    if len(args) < 3:
        raise CommandError("wrong number of arguments")
    folder = session.writable()
    action = text_of(args[1]).upper()
    named = frozenset[str]().union(*(flags_of(arg) for arg in args[2:]))
    silent = action.endswith(".SILENT")
    for _, mail in session.chosen(args[0], uid=uid):
        flags = _combined(action.removesuffix(".SILENT"), mail.flags, named)
        folder.flag(mail, flags)
        session.mark_told(mail, told=silent)
    return [], b"stored"


def copy(session: Session, args: list[Token], *, uid: bool) -> Answer:
    """COPY and UID COPY, with COPYUID (RFC 4315)."""
    expect(args, 2)
    _, code = _copied(session, args, uid=uid)
    return [], code + b"copied"


def move(session: Session, args: list[Token], *, uid: bool) -> Answer:
    """MOVE and UID MOVE (RFC 6851): COPYUID first, then the expunges, which `news` finds."""
    expect(args, 2)
    folder = session.writable()
    moved, code = _copied(session, args, uid=uid)
    folder.remove(moved)
    return [b"* OK " + code + b"moved"] if code else [], b"moved"


def _copied(session: Session, args: list[Token], *, uid: bool) -> tuple[list[Mail], bytes]:
    target = session.named(args[1])
    here = set(session.selected().mails)
    mails = [mail for _, mail in session.chosen(args[0], uid=uid) if mail in here]
    copies = [target.add(mail.octets, mail.arrived, mail.flags) for mail in mails]
    if not copies:
        return [], b""
    source, made = compact([mail.uid for mail in mails]), compact([mail.uid for mail in copies])
    return mails, b"[COPYUID %d %b %b] " % (target.uidvalidity, source, made)


def _combined(action: str, old: frozenset[str], named: frozenset[str]) -> frozenset[str]:
    match action:
        case "FLAGS":
            return named
        case "+FLAGS":
            return old | named
        case "-FLAGS":
            return old - named
    raise CommandError("no such action")
