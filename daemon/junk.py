"""The junk folder, watched read-only: a person's mail that a filter threw there is reported (guarantee 4).

Promise: nothing in the folder is changed, answered or filed. The first look journals what lies there as old. A person's
new mail waits in the journal until the timers report it, at most once in `junk_report_seconds`.
"""

import secrets

from daemon import log
from daemon.mail.gate import inspect
from daemon.mail.parse import parse_header
from daemon.store import journal
from daemon.store.journal import New, Place
from daemon.wire.imap import Mailbox
from daemon.workplace import Workplace

BATCH = 100
"""Headers looked at in one pass; the rest waits for the next."""


def watch_junk(workplace: Workplace, mailbox: Mailbox) -> None:
    """Journal what is new in the junk folder."""
    folder = workplace.config.imap.junk
    selected = mailbox.select(folder, readonly=True)
    where = journal.place(folder, selected.uidvalidity)
    if where is None:
        journal.start(folder, selected.uidvalidity, None, selected.uidnext, workplace.now())
        return
    first = max(where.start_uid or 1, where.last_uid + 1)
    for uid in mailbox.uids(first, selected.uidnext - 1)[:BATCH]:
        _look(workplace, mailbox, where, uid)


def _look(workplace: Workplace, mailbox: Mailbox, where: Place, uid: int) -> None:
    found, headers = mailbox.listed([uid]), mailbox.header([uid])
    if uid not in found or uid not in headers:
        return
    message = parse_header(headers[uid], workplace.config.message_limits)
    person = inspect(message, workplace.own, workplace.rulebook.machine).may_open
    outcome = "junk_person" if person else "junk"
    trace = secrets.token_hex(8)
    new = New(uid, trace, found[uid].internal_date, found[uid].size, message.message_id, outcome)
    journal.list_junk(where, new, message.sender.addr, message.subject, workplace.now(), report=person)
    log.junk_seen(trace=trace, uid=uid, outcome=outcome, sender=message.sender.addr, subject=message.subject)
