"""The timers runner: looks for what falls due by time alone.

Promise: people are told once of a letter that waits or failed, of a person's mail in the junk folder, of an alarm;
resolved tickets close when their time is over (by themselves only in mode `auto`); the breaker on automatic letters
opens when they multiply to the same addresses. On failure of the database a round is skipped and comes again.
"""

import secrets
import time

import schedule

from daemon import failpoint, log
from daemon.desk.decide_new import WE
from daemon.desk.decision import Lane, Mode
from daemon.desk.letters import Delivery, Letter, LetterValues
from daemon.desk.notices import notices
from daemon.desk.ticket import ClosedReason, Event
from daemon.mail.message import Address
from daemon.runner import Patience, Stop, persist
from daemon.silence import watch_silence
from daemon.store import alarms, due
from daemon.store.due import Trouble
from daemon.store.owner import Owner
from daemon.upkeep import Upkeep
from daemon.workplace import Workplace

ROUND_SECONDS = 5
JUNK_LINES = 25
"""Messages named in one report about the junk folder."""
_DELIVERY = {
    "queued": Delivery.DELAYED,
    "unknown": Delivery.UNKNOWN,
    "held": Delivery.UNKNOWN,
    "refused": Delivery.REFUSED,
    "expired": Delivery.EXPIRED,
}


class Timers:
    """One timers process."""

    def __init__(self, workplace: Workplace, owner: Owner, stop: Stop) -> None:
        """`owner` shows that it lives, `stop` ends the work."""
        self._workplace = workplace
        self._limits = workplace.config.limits
        self._owner = owner
        self._stop = stop
        self._patience = Patience(workplace.config.limits, stop)
        self._upkeep = Upkeep(workplace, owner)
        self._jobs = schedule.Scheduler()
        self._next_junk = 0.0

    def run(self) -> None:
        """Until the stop."""
        self._jobs.every(ROUND_SECONDS).seconds.do(self.once)
        persist(self._rounds, self._stop, self._patience)

    def _rounds(self) -> None:
        self._upkeep.bury()
        self.once()
        self._patience.over()
        while not self._stop:
            self._upkeep.run_due()
            self._jobs.run_pending()
            self._stop.wait(1)

    def once(self) -> None:
        """One round."""
        watch_silence(self._workplace)
        for job in (self._trouble, self._resolved, self._breaker, self._alarms, self._junk):
            job()

    def _trouble(self) -> None:
        """Operators hear of a client's letter that waits or failed, quality control of one about a complaint (C.7b),
        the manager of one to our own people."""
        now = self._workplace.now()
        for trouble in due.delayed(now, self._limits) + due.failed():
            failpoint.reach("timers.due")
            values = LetterValues(
                number=trouble.number, delivery=_DELIVERY[trouble.state], recipient=trouble.recipient,
                diagnostic=trouble.reason,
            )  # fmt: skip
            office = self._workplace.office
            others = tuple(person for person in self._whose(trouble) if person.addr != trouble.recipient)
            letters = notices(office, others, Letter.OPERATOR_DELIVERY_FAILED, values, "timers/trouble")
            due.tell(self._workplace.stationery, trouble, letters, now)

    def _whose(self, trouble: Trouble) -> tuple[Address, ...]:
        office = self._workplace.office
        if trouble.recipient.casefold() in office.staff:
            return (office.manager,)
        return (office.quality,) if trouble.lane == Lane.QUALITY else office.operators

    def _resolved(self) -> None:
        """A resolved ticket closes when its time to answer is over (state table: resolution is due)."""
        if self._workplace.office.mode is not Mode.AUTO:
            return
        now = self._workplace.now()
        for ticket in due.resolved(now):
            failpoint.reach("timers.due")
            if due.close(ticket, ClosedReason.RESOLVED, Event.RESOLUTION_DUE, WE, now):
                log.ticket_closed(number=ticket.number, reason=ClosedReason.RESOLVED, clause="C.6")

    def _breaker(self) -> None:
        """Hold automatic letters that multiply to the same addresses; only a person closes it (guarantee 5)."""
        limits, now = self._limits, self._workplace.now()
        letters, addresses = due.automatic_letters(now, limits.breaker_seconds)
        over = letters >= limits.breaker_letters and letters > limits.breaker_per_address * addresses
        if over and not due.breaker_is_open():
            due.set_breaker("open", now)
            detail = f"{letters} automatic letters to {addresses} addresses in {limits.breaker_seconds // 60} min"
            alarms.alarm("breaker_open", detail, now)
            log.breaker(state="open", letters=letters, addresses=addresses)

    def _alarms(self) -> None:
        """The manager is written to about an alarm, once."""
        office, now = self._workplace.office, self._workplace.now()
        for name, detail, since in due.alarms_to_tell():
            log.alarm(name=name, detail=detail)
            values = LetterValues(alarm=name, details=(detail,), received_at=since)
            letters = notices(office, (office.manager,), Letter.ALARM, values, f"alarm/{name}")
            due.tell_alarm(self._workplace.stationery, name, letters, secrets.token_hex(8), now)

    def _junk(self) -> None:
        """Operators hear of people's mail in the junk folder, at most once in `junk_report_seconds`."""
        if time.monotonic() < self._next_junk:
            return
        found = due.junk(JUNK_LINES)
        if not found:
            return
        self._next_junk = time.monotonic() + self._workplace.config.intake.junk_report_seconds
        office = self._workplace.office
        lines = tuple(f"{item.originator}: {item.subject}" for item in found)
        values = LetterValues(folder=self._workplace.config.imap.junk, details=lines)
        letters = notices(office, office.operators, Letter.JUNK_REPORT, values, "timers/junk")
        due.report_junk(self._workplace.stationery, found, letters, secrets.token_hex(8), self._workplace.now())
