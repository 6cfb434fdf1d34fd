"""The delivery runner: hands the letters of the outbox to the submission server.

Promise (guarantee 2): a letter is accepted by the server once. The mark `dotted` is committed between the last octet of
the body and the final dot; whoever dies after it leaves a letter `unknown`, which is never sent again blindly: the
witness is asked (see `witness`). On failure: 4yz and lost connections are tried again, 5yz is the end and a person is
told, a server that is away is waited for without an attempt.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from daemon import failpoint, log
from daemon.desk.retry import expired, retry_delay
from daemon.runner import Patience, Stop
from daemon.store import alarms, outbox
from daemon.store.connection import StoreUnavailable
from daemon.store.outbox import Leased
from daemon.store.owner import Owner
from daemon.upkeep import Upkeep
from daemon.wire.smtp import Deferred, Envelope, Outcome, Refused, Sent, Submission, Unknown
from daemon.witness import ask_witness
from daemon.workplace import Workplace

POLL_SECONDS = 0.2
"""The outbox is looked at as often; a receipt is on its way within a second of the message."""
STORE_RETRY_SECONDS = 0.5
"""An outcome that cannot be written now is tried again as often, for as long as the process lives."""
WITNESS_SECONDS = 15
NOT_ABOUT_THE_LETTER = frozenset({"CONNECT", "EHLO", "AUTH"})
"""Stages whose failure says nothing of the letter: the server is away."""


class ServerAway(Exception):
    """The submission server cannot be used now."""


class Delivery:
    """One delivery process: several letters in flight over kept connections."""

    def __init__(self, workplace: Workplace, owner: Owner, stop: Stop) -> None:
        """`owner` holds the leases, `stop` ends the work."""
        self._workplace = workplace
        self._config = workplace.config
        self._owner = owner
        self._stop = stop
        self._patience = Patience(workplace.config.limits, stop)
        self._upkeep = Upkeep(workplace, owner)
        self._connections = [Submission(workplace.smtp_account()) for _ in range(workplace.config.smtp.parallel)]
        self._null_reverse_path_taken = True
        self._next_witness = 0.0

    def run(self) -> None:
        """Until the stop."""
        asyncio.run(self._run())

    def once(self) -> None:
        """Everything that is due now, and the doubtful; for tests."""
        asyncio.run(self._once())

    async def _once(self) -> None:
        self._upkeep.bury()
        while await self._round():
            pass
        await ask_witness(self._workplace)
        await self._close()

    async def _run(self) -> None:
        clean = False
        while not self._stop:
            try:
                if not clean:
                    outbox.give_back(self._owner.name)
                    self._upkeep.bury()
                    clean = True
                self._upkeep.run_due()
                busy = await self._round()
                await self._witness()
                self._patience.over()
                if not busy:
                    await asyncio.sleep(POLL_SECONDS)
            except ServerAway as error:
                clean = False
                self._patience.wait("smtp", str(error))
            except StoreUnavailable as error:
                clean = False
                self._patience.wait("database", str(error))
        await self._close()

    async def _close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections))

    async def _witness(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next_witness:
            self._next_witness = loop.time() + WITNESS_SECONDS
            await ask_witness(self._workplace)

    async def _round(self) -> bool:
        """One round over the due letters; False where there was none. Raises `ServerAway`, `StoreUnavailable`."""
        if self._workplace.shadow:
            return False
        letters = outbox.lease(self._owner.name, self._config.smtp.parallel * 8, self._workplace.now())
        if not letters:
            return False
        failpoint.reach("delivery.leased")
        waiting = list(reversed(letters))
        workers = [self._work(connection, waiting) for connection in self._connections[: len(letters)]]
        results = await asyncio.gather(*workers, return_exceptions=True)
        outbox.give_back(self._owner.name)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return True

    async def _work(self, connection: Submission, waiting: list[Leased]) -> None:
        while waiting and not self._stop:
            letter = waiting.pop()
            try:
                await self._deliver(connection, letter)
            except (StoreUnavailable, ServerAway):
                raise
            except Exception as error:  # noqa: BLE001 - whatever this letter does to our code costs itself only
                log.letter_failed(trace=letter.trace, letter=letter.id, error=f"{type(error).__name__}: {error}")
                await self._put_off(letter)

    async def _put_off(self, letter: Leased) -> None:
        later = self._workplace.now() + retry_delay(timedelta(), self._config.limits, 1.0)
        await self._written(lambda: outbox.defer(letter.id, self._owner.name, later, "a fault of ours"))

    async def _deliver(self, connection: Submission, letter: Leased) -> None:
        """One attempt at one letter, to its written outcome."""
        outcome, witnessed = await self._submit(connection, letter, with_witness=bool(self._config.witness.address))
        if isinstance(outcome, Refused) and self._only_witness_refused(outcome, letter):
            detail = f"{self._config.witness.address}: {outcome.code} {outcome.reply}"
            await self._written(lambda: alarms.alarm("witness_refused", detail, self._workplace.now()))
            log.alarm(name="witness_refused", detail=detail)
            outcome, witnessed = await self._submit(connection, letter, with_witness=False)
        if isinstance(outcome, Refused) and outcome.stage == "MAIL" and not letter.reverse_path:
            # The server does not take the null reverse-path: our own address from now on (RFC 5321 section 4.5.5).
            self._null_reverse_path_taken = False
            outcome, witnessed = await self._submit(connection, letter, with_witness=witnessed)
        failpoint.reach("delivery.accepted")
        await self._record(letter, outcome)

    async def _submit(self, connection: Submission, letter: Leased, *, with_witness: bool) -> tuple[Outcome, bool]:
        recipients = (letter.recipient, self._config.witness.address) if with_witness else (letter.recipient,)
        reverse_path = letter.reverse_path
        if not reverse_path and not self._null_reverse_path_taken:
            reverse_path = self._config.service.address
        watched = with_witness or bool(self._config.witness.folder and not self._config.witness.address)

        def before_dot() -> None:
            failpoint.reach("delivery.body")
            outbox.dotted(letter.id, self._owner.name, self._workplace.now(), witnessed=watched)
            failpoint.reach("delivery.dotted")

        return await connection.submit(Envelope(reverse_path, recipients, letter.octets), before_dot), watched

    def _only_witness_refused(self, outcome: Refused, letter: Leased) -> bool:
        refused = {reply.address for reply in outcome.recipients if reply.code // 100 != 2}
        return outcome.stage == "RCPT" and refused == {self._config.witness.address} != {letter.recipient}

    async def _record(self, letter: Leased, outcome: Outcome) -> None:
        now = self._workplace.now()
        match outcome:
            case Sent(reply=reply):
                await self._written(lambda: outbox.finish(letter.id, self._owner.name, "sent", reply, now))
                failpoint.reach("delivery.sent")
                log.letter_sent(
                    trace=letter.trace, letter=letter.id, to=letter.recipient, number=letter.number,
                    kind=letter.event, attempts=letter.attempts, delay=(now - letter.created_at).total_seconds(),
                    reply=reply,
                )  # fmt: skip
            case Refused(code=code, reply=reply):
                reason = f"{code} {reply}"
                await self._written(lambda: outbox.finish(letter.id, self._owner.name, "refused", reason, now))
                log.letter_refused(
                    trace=letter.trace, letter=letter.id, to=letter.recipient, number=letter.number, code=code,
                    reply=reply,
                )  # fmt: skip
            case Unknown(reply=reply):
                await self._written(lambda: outbox.finish(letter.id, self._owner.name, "unknown", reply, now))
                log.letter_unknown(
                    trace=letter.trace, letter=letter.id, to=letter.recipient, number=letter.number, reply=reply
                )
            case Deferred(stage=stage, code=code, reply=reply) if stage in NOT_ABOUT_THE_LETTER:
                await self._written(lambda: outbox.untouched(letter.id, self._owner.name))
                raise ServerAway(f"{stage}: {code} {reply}")
            case Deferred():
                await self._deferred(letter, outcome, now)

    async def _deferred(self, letter: Leased, outcome: Deferred, now: datetime) -> None:
        limits, age = self._config.limits, now - letter.created_at
        reason = f"{outcome.code} {outcome.reply}"
        if expired(age, limits, acknowledgement=letter.acknowledgement):
            await self._written(lambda: outbox.finish(letter.id, self._owner.name, "expired", reason, now))
            log.letter_expired(
                trace=letter.trace, letter=letter.id, to=letter.recipient, number=letter.number, reply=reason
            )
            return
        delay = retry_delay(age, limits, random.random())  # noqa: S311 - jitter is no secret
        await self._written(lambda: outbox.defer(letter.id, self._owner.name, now + delay, reason))
        log.letter_deferred(
            trace=letter.trace, letter=letter.id, to=letter.recipient, number=letter.number, attempts=letter.attempts,
            code=outcome.code, reply=outcome.reply, retry_in=delay.total_seconds(),
        )  # fmt: skip

    async def _written(self, write: Callable[[], None]) -> None:
        """Write an outcome, however long the database stays away: what the server said must not be forgotten."""
        while True:
            try:
                write()
            except StoreUnavailable as error:
                log.server_unavailable(server="database", reason=str(error), retry_in=STORE_RETRY_SECONDS)
                await asyncio.sleep(STORE_RETRY_SECONDS)
            else:
                return
