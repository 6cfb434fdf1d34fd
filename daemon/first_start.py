"""The first run on a mailbox: which mail is older than our service.

Promise: older mail is journalled as `before_start` and never answered, also when the server later rebuilds the mailbox
under a new UIDVALIDITY: then its date, or else its Message-ID, tells that it was there before us.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from daemon.desk.faults import Fault, Faulty
from daemon.desk.worktime import ASTANA
from daemon.settings import Config
from daemon.store import journal
from daemon.store.journal import Place
from daemon.wire.imap import Listed, Mailbox


def start_of(
    config: Config, earlier: Place | None, mailbox: Mailbox, uidnext: int, now: datetime
) -> tuple[datetime | None, int | None]:
    """(date, UID) before which mail is old. Raises `Faulty` where the first run was not told by `intake.start`."""
    if earlier:
        return earlier.start_at, None
    wanted = config.intake.start
    if not wanted:
        cure = "Set `intake.start` to `now`, a date such as 2026-11-01, or `uid:1234`; older mail is never answered."
        raise Faulty([Fault(Path(config.file), 0, "the first run on this mailbox was not told where to start", cure)])
    if wanted == "now":
        return now, uidnext
    if wanted.startswith("uid:"):
        first = int(wanted.removeprefix("uid:"))
        return _after(mailbox, first), first
    return datetime.combine(date.fromisoformat(wanted), time(), ASTANA).astimezone(UTC), None


def _after(mailbox: Mailbox, first: int) -> datetime | None:
    """Just after the date of the last message below `first`; None where there is none."""
    older = mailbox.uids(1, first - 1)[-1:]
    return max((item.internal_date for item in mailbox.listed(older).values()), default=None)


def before_start(where: Place, found: Mapping[int, Listed], mailbox: Mailbox) -> dict[int, str]:
    """UID → Message-ID of those messages that are older than our service."""
    old = [uid for uid, item in found.items() if _is_old(where, item)]
    rest = [uid for uid in found if uid not in set(old)]
    known = mailbox.message_ids(old)
    if not journal.has_earlier(where):
        return {uid: known.get(uid, "") for uid in old}
    ids = mailbox.message_ids(rest)
    remembered = journal.old_message_ids(where.folder, ids.values())
    return {**{uid: known.get(uid, "") for uid in old}, **{uid: id_ for uid, id_ in ids.items() if id_ in remembered}}


def _is_old(where: Place, item: Listed) -> bool:
    if where.start_uid is not None:
        return item.uid < where.start_uid
    # INTERNALDATE has whole seconds, so a message of the very second of the start is taken, not left.
    return where.start_at is not None and item.internal_date < where.start_at - timedelta(seconds=1)
