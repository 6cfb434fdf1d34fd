"""The clock of C.6 in the timers runner: reminds, closes, or hands over what waits for an answer.

Promise: see `daemon.desk.silence`; nothing closes before a complete pass over the mailbox has shown that no answer lies
there. On failure of the database the round comes again.
"""

import secrets
from datetime import timedelta

from daemon import failpoint, log
from daemon.desk.silence import closing, due_at, failed_question, may_close, may_remind, reminder_at, reminding
from daemon.desk.ticket import ClosedReason
from daemon.store import silence as store
from daemon.store.outbox import TERMINAL
from daemon.store.silence import Question
from daemon.workplace import Workplace

LOOK_AGAIN = timedelta(minutes=1)
"""How soon a ticket is looked at again whose question is on its way, or whose end must still wait for something."""


def watch_silence(workplace: Workplace) -> None:
    """One round over the tickets that are due to be looked at. Raises `StoreUnavailable`."""
    now = workplace.now()
    for question in store.questions(now):
        if question.state == "sent":
            _sent(workplace, question)
        elif question.state in TERMINAL or question.state == "held":
            effects = failed_question(f"{question.state} {question.reason}")
            store.apply(workplace.stationery, question, effects, None, secrets.token_hex(8), now)
        else:
            store.look_again(question, now + LOOK_AGAIN)


def _sent(workplace: Workplace, question: Question) -> None:
    now, office, silence = workplace.now(), workplace.office, question.silence
    ends = due_at(silence, office)
    passed = store.last_complete_pass(workplace.config.imap.inbox)
    if may_close(silence, office, passed, now):
        failpoint.reach("timers.due")
        if store.apply(workplace.stationery, question, closing(silence), None, secrets.token_hex(8), now):
            log.ticket_closed(number=silence.number, reason=ClosedReason.NO_ANSWER, clause="C.6")
    elif may_remind(silence, office, now):
        store.apply(workplace.stationery, question, reminding(silence, office), ends, secrets.token_hex(8), now)
    else:
        at = reminder_at(silence, office)
        store.look_again(question, next((moment for moment in (at, ends) if moment > now), now + LOOK_AGAIN))
