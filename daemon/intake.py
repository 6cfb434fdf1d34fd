"""The intake runner: from a UID on the server to one recorded outcome.

Promise (guarantee 1): octets are safe before anything is decided; one transaction for each message holds the decision,
the number, the letters and the outcome; filing comes after the commit and is only a hint. Every pass reconciles server
and journal. On failure of a server or of the database the pass ends, nothing is anybody's attempt, and the next pass
takes up what is open.
"""

import secrets
import time
from collections.abc import Iterator, Sequence

from daemon import failpoint, log
from daemon.first_start import before_start, start_of
from daemon.junk import watch_junk
from daemon.runner import Patience, Stop, persist
from daemon.store import alarms, journal
from daemon.store.connection import StoreUnavailable
from daemon.store.journal import Entry, New, Place
from daemon.store.owner import Owner
from daemon.take import take
from daemon.upkeep import Upkeep
from daemon.wire.imap import ImapRefused, ImapUnavailable, Mailbox
from daemon.workplace import Workplace

UID_WINDOW = 50_000
"""UIDs compared at a time; bounds memory on a mailbox of any size."""


class Intake:
    """One intake process."""

    def __init__(self, workplace: Workplace, owner: Owner, stop: Stop) -> None:
        """`owner` holds the leases, `stop` ends the work."""
        self._workplace = workplace
        self._config = workplace.config
        self._owner = owner
        self._stop = stop
        self._patience = Patience(workplace.config.limits, stop)
        self._upkeep = Upkeep(workplace, owner)
        self._next_junk = 0.0
        # An earlier process may have left the alarm.
        self._disk_low = True

    def run(self) -> None:
        """Until the stop."""
        persist(self._serve, self._stop, self._patience)

    def once(self) -> None:
        """One pass over the inbox and the junk folder; for tests and for a first look."""
        self._upkeep.bury()
        with Mailbox(self._workplace.imap_account()) as mailbox:
            self._pass(mailbox)
            self._junk(mailbox)

    def _serve(self) -> None:
        """Passes over one connection until it breaks or the stop."""
        journal.give_back(self._owner.name)
        self._upkeep.bury()
        with Mailbox(self._workplace.imap_account()) as mailbox:
            while not self._stop:
                self._upkeep.run_due()
                self._pass(mailbox)
                self._junk(mailbox)
                self._patience.over()
                self._rest(mailbox)

    def _rest(self, mailbox: Mailbox) -> None:
        """Wait for news of the server, at most until the next poll."""
        intake = self._config.intake
        until = time.monotonic() + intake.poll_seconds
        while not self._stop and (left := until - time.monotonic()) > 0:
            if not (intake.idle and mailbox.can_idle):
                self._stop.wait(left)
                return
            with self._stop.waiting():
                mailbox.select(self._config.imap.inbox, readonly=self._workplace.shadow)
                if mailbox.idle(left):
                    return
            self._upkeep.run_due()

    def _pass(self, mailbox: Mailbox) -> None:
        """List, decide, file, reconcile: after it every UID that the server showed has its outcome or an owner."""
        began = time.monotonic()
        self._check_disk()
        where, highest = self._open(mailbox)
        listed = self._reconcile(mailbox, where, highest)
        decided = self._decide_all(mailbox, where, highest)
        filed = self._file(mailbox, where, highest)
        complete = journal.open_count(where) == 0
        if complete:
            journal.passed(where, self._workplace.now())
        if listed or decided or filed:
            log.pass_done(
                folder=where.folder, listed=listed, decided=decided, filed=filed, complete=complete,
                seconds=time.monotonic() - began,
            )  # fmt: skip

    def _check_disk(self) -> None:
        """Too little space for raw octets is waited for, like a server that is away."""
        needed = self._config.limits.free_octets
        free = self._workplace.raw.free_octets()
        if free is not None and free < needed:
            log.disk_low(free=free, needed=needed)
            self._disk_low = True
            alarms.alarm("disk_low", f"{free} octets are free, {needed} are needed", self._workplace.now())
            raise StoreUnavailable(f"{free} octets are free on the disk of the raw messages, {needed} are needed")
        if self._disk_low:
            self._disk_low = False
            alarms.clear("disk_low")

    def _open(self, mailbox: Mailbox) -> tuple[Place, int]:
        """Select the inbox; returns its incarnation and the highest UID that this connection can know.

        Other intakes may list higher ones meanwhile. Those are theirs: to us the server would say that there is no such
        message, and a message that has just come would be taken for one that went.
        """
        folder = self._config.imap.inbox
        selected = mailbox.select(folder, readonly=self._workplace.shadow)
        where = journal.place(folder, selected.uidvalidity)
        if where is None:
            where = self._begin(mailbox, folder, selected.uidvalidity, selected.uidnext)
        return where, selected.uidnext - 1

    def _begin(self, mailbox: Mailbox, folder: str, uidvalidity: int, uidnext: int) -> Place:
        earlier = journal.latest(folder)
        start_at, start_uid = start_of(self._config, earlier, mailbox, uidnext, self._workplace.now())
        if earlier:
            log.mailbox_rebuilt(folder=folder, before=earlier.uidvalidity, now=uidvalidity)
        where = journal.start(folder, uidvalidity, start_at, start_uid, self._workplace.now())
        log.mailbox_started(folder=folder, uidvalidity=uidvalidity, start=self._config.intake.start)
        return where

    def _reconcile(self, mailbox: Mailbox, where: Place, highest: int) -> int:
        """Compare server and journal by ranges of UIDs; returns how many UIDs were new."""
        added, missed = 0, 0
        waiting = journal.unread(where, highest)
        for low in range(1, highest + 1, UID_WINDOW):
            there = set(mailbox.uids(low, min(low + UID_WINDOW - 1, highest)))
            new = sorted(there - journal.listed(where, low, low + UID_WINDOW - 1))
            added += self._list(mailbox, where, new)
            missed += sum(uid <= where.last_uid for uid in new)
            waiting -= there
        gone = journal.vanish(where, sorted(waiting), self._workplace.now())
        self._close_earlier(where)
        if missed or gone:
            log.mailbox_difference(folder=where.folder, missed=missed, vanished=gone)
            alarms.alarm("mailbox_difference", f"missed {missed}, vanished {gone}", self._workplace.now())
        return added

    def _list(self, mailbox: Mailbox, where: Place, uids: Sequence[int]) -> int:
        """Write down new UIDs with size and date, old mail at once as `before_start`."""
        added = 0
        step = self._config.limits.fetch_messages * 10
        for first in range(0, len(uids), step):
            found = mailbox.listed(uids[first : first + step])
            old = before_start(where, found, mailbox)
            entries = [
                New(
                    uid, secrets.token_hex(8), item.internal_date, item.size, old.get(uid, ""),
                    "before_start" if uid in old else None,
                )
                for uid, item in sorted(found.items())
            ]  # fmt: skip
            added += journal.list_new(where, entries, self._workplace.now())
            failpoint.reach("intake.listed")
        return added

    def _close_earlier(self, where: Place) -> None:
        """Of an earlier incarnation, what was stored is decided from the store; the rest comes under new UIDs."""
        for earlier in journal.earlier(where):
            journal.vanish(earlier, sorted(journal.unread(earlier)), self._workplace.now())
            self._decide_all(None, earlier, journal.ANY_UID)
            journal.filed([item.id for item in journal.unfiled(earlier, UID_WINDOW)], "gone")

    def _file(self, mailbox: Mailbox, where: Place, highest: int) -> int:
        """Move decided messages to their folders: after the commit, and only a hint. Returns how many were moved."""
        if self._workplace.shadow:
            return 0
        by_folder: dict[str, list[journal.Decided]] = {}
        for item in journal.claim_unfiled(where, self._owner.name, UID_WINDOW, highest):
            by_folder.setdefault(item.folder, []).append(item)
        refused = 0
        for folder, items in by_folder.items():
            failpoint.reach("intake.filing")
            try:
                how = self._bring(mailbox, where, [item.uid for item in items], folder)
            except ImapRefused as error:
                refused += len(items)
                alarms.alarm("filing_refused", f"{folder}: {error}", self._workplace.now())
                log.alarm(name="filing_refused", detail=f"{folder}: {error}")
                continue
            failpoint.reach("intake.moved")
            journal.filed([item.id for item in items], how)
            log.messages_filed(folder=folder, count=len(items), how=how)
        if refused:
            journal.give_back(self._owner.name)
        elif by_folder:
            alarms.clear("filing_refused")
        return sum(map(len, by_folder.values())) - refused

    def _bring(self, mailbox: Mailbox, where: Place, uids: Sequence[int], folder: str) -> str:
        try:
            return mailbox.file(uids, folder)
        except ImapRefused:
            # NO may only mean that a person moved or deleted one of them meanwhile (RFC 9051 section 7.1,
            # EXPUNGEISSUED): look at the folder anew, and ask once more.
            if mailbox.select(where.folder, readonly=False).uidvalidity != where.uidvalidity:
                raise ImapUnavailable("the mailbox was rebuilt while it was read") from None
            return mailbox.file(uids, folder)

    def _junk(self, mailbox: Mailbox) -> None:
        """Look into the junk folder now and then."""
        if self._config.imap.junk and time.monotonic() >= self._next_junk:
            self._next_junk = time.monotonic() + self._config.intake.junk_seconds
            try:
                watch_junk(self._workplace, mailbox)
            except ImapRefused as error:
                # A folder that cannot be opened must not keep the inbox waiting.
                alarms.alarm("junk_refused", str(error), self._workplace.now())

    def _decide_all(self, mailbox: Mailbox | None, where: Place, highest: int) -> int:
        decided = 0
        limits = self._config.limits
        while not self._stop:
            entries = journal.claim(where, self._owner.name, limits.fetch_messages, highest)
            if not entries:
                break
            for batch in _batches(entries, limits.fetch_octets):
                decided += self._batch(mailbox, batch)
            self._upkeep.run_due()
        journal.give_back(self._owner.name)
        return decided

    def _batch(self, mailbox: Mailbox | None, batch: Sequence[Entry]) -> int:
        limit = self._config.message_limits.message_octets
        whole = [entry.uid for entry in batch if entry.size <= limit]
        large = [entry.uid for entry in batch if entry.size > limit]
        fetched = {**mailbox.octets(whole), **mailbox.header(large)} if mailbox else {}
        failpoint.reach("intake.fetched")
        decided = 0
        for entry in batch:
            if self._stop:
                break
            octets = fetched.pop(entry.uid, None)
            if octets is None and entry.sha256:
                # It went from the server after its octets were safe, or came under another UIDVALIDITY.
                octets = self._workplace.raw.get(entry.sha256)
            if octets is None:
                journal.end([entry.id], self._owner.name, "vanished", self._workplace.now())
                log.message_vanished(trace=entry.trace, uid=entry.uid)
            else:
                decided += take(self._workplace, self._owner.name, entry, octets)
        return decided


def _batches(entries: Sequence[Entry], octets: int) -> Iterator[list[Entry]]:
    """Groups whose sizes add up to at most `octets`; a larger message is alone."""
    batch: list[Entry] = []
    total = 0
    for entry in entries:
        if batch and total + entry.size > octets:
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += entry.size
    if batch:
        yield batch
