"""The table of IMAP commands and the state each needs (RFC 9051 section 6).

Promise: a command is one step: nothing of another session comes between its words. On failure: `CommandError` and
`RefusedError`, which the server turns into BAD and NO.
"""

from functools import partial

from daemon.demo import imapaccount, imapmessages
from daemon.demo.imapaccount import Answer, Command
from daemon.demo.imapgrammar import CommandError, Token, text_of
from daemon.demo.imapsession import Session

_ANYWHERE: dict[str, Command] = {
    "CAPABILITY": imapaccount.capability,
    "NOOP": imapaccount.noop,
    "ID": imapaccount.identify,
    "LOGIN": imapaccount.login,
    "ENABLE": imapaccount.enable,
    "NAMESPACE": imapaccount.namespace,
    "SELECT": imapaccount.select,
    "EXAMINE": imapaccount.examine,
    "CREATE": imapaccount.create,
    "DELETE": imapaccount.delete,
    "RENAME": imapaccount.rename,
    "SUBSCRIBE": imapaccount.subscribe,
    "UNSUBSCRIBE": imapaccount.unsubscribe,
    "LIST": imapaccount.list_folders,
    "LSUB": imapaccount.list_subscribed,
    "STATUS": imapaccount.status,
    "APPEND": imapaccount.append,
}
_ON_MESSAGES: dict[str, Command] = {
    "CHECK": imapaccount.noop,
    "CLOSE": imapmessages.close,
    "UNSELECT": imapmessages.unselect,
    "EXPUNGE": imapmessages.expunge,
    "UID EXPUNGE": imapmessages.uid_expunge,
    "SEARCH": partial(imapmessages.search, uid=False),
    "UID SEARCH": partial(imapmessages.search, uid=True),
    "FETCH": partial(imapmessages.fetch, uid=False),
    "UID FETCH": partial(imapmessages.fetch, uid=True),
    "STORE": partial(imapmessages.store, uid=False),
    "UID STORE": partial(imapmessages.store, uid=True),
    "COPY": partial(imapmessages.copy, uid=False),
    "UID COPY": partial(imapmessages.copy, uid=True),
    "MOVE": partial(imapmessages.move, uid=False),
    "UID MOVE": partial(imapmessages.move, uid=True),
}
_WITHOUT_EXPUNGES = frozenset({"FETCH", "STORE", "SEARCH"})


def run(session: Session, name: str, args: list[Token]) -> Answer:
    """One command, with what is new in the folder; raises CommandError, RefusedError."""
    if name == "UID" and args:
        name = "UID " + text_of(args[0]).upper()
        args = args[1:]
    if name in _ON_MESSAGES:
        session.selected()
        fresh = session.news(expunged=False)
        lines, done = _ON_MESSAGES[name](session, args)
        lines = fresh + lines
    elif name in _ANYWHERE:
        lines, done = _ANYWHERE[name](session, args)
    else:
        raise CommandError("unknown command")
    return lines + session.news(expunged=name not in _WITHOUT_EXPUNGES), done
