"""The main job on real servers: hundreds of mixed letters in, one outcome each, and each owed answer once."""

import hashlib
import smtplib
from collections import Counter
from collections.abc import Sequence
from email import message_from_bytes

import pytest

from tests.crash.truth import OUR_COPIES, Findings, letters, numbers, raw
from tests.fixtures import Install
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.submission import SubmissionServer
from tests.service.letters import AT_MOST_ONCE, NEVER, ONCE, Lot, mixed

LETTERS = 500
LETTERS_BY_POSTFIX = 50
SEED = 20261124
ANSWERS = {ONCE: (1,), NEVER: (0,), AT_MOST_ONCE: (0, 1)}
MACHINE_OUTCOMES = {"auto-reply": "machine", "newsletter": "machine", "bounce": "report"}
BY_POSTFIX = {"bare", "no sender", "undeclared windows-1251", "broken", "twice"}
"""Kinds that Postfix itself would mend on their way in."""


@pytest.mark.dovecot
@pytest.mark.timeout(400)
def test_hundreds_of_mixed_letters_have_one_outcome_and_one_answer_each(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port, limits=["breaker_letters = 100000"])
    lots = mixed(SEED, LETTERS, installation.user.partition("@")[0])
    for lot in lots:
        _put(dovecot, installation.user, lot)
    _run(installation, len(lots))
    findings = Findings()
    _outcomes(findings, installation, lots)
    _places(findings, installation, dovecot)
    _answers(findings, Counter(one.recipients[0] for one in submission.accepted), lots)
    numbers(findings, installation)
    letters(findings, installation, submission)
    raw(findings, installation)
    assert findings.clean, findings.text()
    _a_second_run_changes_nothing(installation, dovecot, submission)


@pytest.mark.dovecot
@pytest.mark.postfix
@pytest.mark.timeout(300)
def test_the_same_by_way_of_a_real_mta(dovecot: Dovecot, postfix: Postfix, install: Install) -> None:
    installation = install(postfix.port)
    mark = installation.user.partition("@")[0]
    lots = [lot for lot in mixed(SEED + 1, 2 * LETTERS_BY_POSTFIX, mark) if lot.kind not in BY_POSTFIX]
    lots = lots[:LETTERS_BY_POSTFIX]
    assert len(lots) == LETTERS_BY_POSTFIX
    with smtplib.SMTP(postfix.host, postfix.port) as smtp:
        for lot in lots:
            smtp.sendmail(lot.reverse_path, [installation.user], lot.octets)
    _run(installation, len(lots))
    sent = installation.count("SELECT COUNT(*) FROM letter WHERE state = 'sent' AND recipient LIKE '%@example.kz'")
    clients = {lot.client for lot in lots}
    installation.wait_for("Postfix has delivered all", lambda: len(_got(dovecot, clients)) >= sent)
    findings = Findings()
    got = _got(dovecot, clients)
    _outcomes(findings, installation, lots)
    _places(findings, installation, dovecot)
    _answers(findings, Counter(client for client, _ in got), lots)
    numbers(findings, installation)
    raw(findings, installation)
    for client, message_id in got:
        findings.times(f"{message_id} in the outbox", installation.count(
            "SELECT COUNT(*) FROM letter WHERE message_id = ? AND recipient = ? AND state = 'sent'", message_id, client
        ))  # fmt: skip
    assert len(set(got)) == len(got) == sent
    assert findings.clean, findings.text()


def _put(dovecot: Dovecot, user: str, lot: Lot) -> None:
    if lot.append:
        with dovecot.session(user) as session:
            session.append("INBOX", "", "", lot.octets)
    else:
        dovecot.deliver(lot.octets, user, reverse_path=lot.reverse_path)


def _run(installation: Installation, count: int) -> None:
    """All three runners until every one of `count` messages and every letter has ended; then stop them."""
    installation.start("intake", "delivery", "timers")
    listed = "SELECT COUNT(*) FROM received"
    installation.wait_for(f"{count} messages are listed", lambda: installation.count(listed) >= count, 120)
    installation.wait_for("everything decided, filed and sent", installation.is_quiet, 240)
    assert all(process.poll() is None for process in installation.processes), installation.logs()
    installation.stop()


def _outcomes(findings: Findings, installation: Installation, lots: Sequence[Lot]) -> None:
    """Every UID has one outcome; tickets belong to people's requests and to nothing else."""
    rows = installation.rows("SELECT uid, outcome FROM received ORDER BY uid")
    assert [row[0] for row in rows] == list(range(1, len(lots) + 1))
    findings.other += [f"UID {uid} has no outcome" for uid, outcome in rows if outcome is None]
    findings.other += [f"UID {uid} is {outcome}" for uid, outcome in rows if outcome in {"quarantined", "vanished"}]
    tickets = Counter(str(row[0]) for row in installation.rows("SELECT requester FROM ticket"))
    ends = {row[0]: row[1] for row in installation.rows("SELECT originator, outcome FROM received")}
    for lot in lots:
        if lot.ticket is not None and tickets[lot.client] != lot.ticket:
            findings.other.append(f"{lot.kind} of {lot.client} has {tickets[lot.client]} tickets")
        if lot.kind in MACHINE_OUTCOMES and ends[lot.client] != MACHINE_OUTCOMES[lot.kind]:
            findings.other.append(f"{lot.kind} of {lot.client} ended as {ends[lot.client]}")
    twice = [lot.client for lot in lots if lot.kind == "twice"]
    duplicates = installation.count("SELECT COUNT(*) FROM received WHERE outcome = 'duplicate'")
    assert duplicates == len(twice) - len(set(twice))


def _places(findings: Findings, installation: Installation, dovecot: Dovecot) -> None:
    """Every message lies, octet for octet, in the folder that was decided, once, and unread."""
    there = [stored for stored in dovecot.messages(installation.user) if stored.folder not in OUR_COPIES]
    found = Counter((stored.folder, hashlib.sha256(stored.octets).hexdigest()) for stored in there)
    rows = installation.rows("SELECT folder, sha256 FROM received")
    decided = Counter((str(folder) or "INBOX", str(digest)) for folder, digest in rows)
    findings.lost += [f"{place} is not on the server" for place in decided - found]
    findings.twice += [f"{place} is on the server, too" for place in found - decided]
    seen = [stored for stored in there if "\\Seen" in stored.flags]
    findings.other += [f"{stored.folder} {stored.uid} was marked as read" for stored in seen]


def _answers(findings: Findings, answers: Counter[str], lots: Sequence[Lot]) -> None:
    for lot in lots:
        if answers[lot.client] not in ANSWERS[lot.answer]:
            findings.other.append(f"{lot.kind} of {lot.client} was answered {answers[lot.client]} times")


def _a_second_run_changes_nothing(installation: Installation, dovecot: Dovecot, submission: SubmissionServer) -> None:
    def state() -> tuple[object, ...]:
        tables = ("received", "letter", "history", "participant", "thread_key", "counter")
        # When a waiting ticket is next looked at moves with the clock; what it is must not.
        tickets = installation.rows("SELECT number, state, closed_reason, lane, changed_at FROM ticket")
        rows = (tickets, *(tuple(installation.rows(f"SELECT * FROM {table}")) for table in tables))
        return (*rows, dovecot.messages(installation.user), len(submission.accepted))

    before = state()
    complete = "SELECT MAX(passed_at) FROM mailbox"
    passed = installation.count(complete)
    installation.start("intake", "delivery", "timers")
    installation.wait_for("another pass", lambda: installation.count(complete) > passed)
    installation.stop()
    assert state() == before


def _got(dovecot: Dovecot, clients: set[str]) -> list[tuple[str, str]]:
    """(client, Message-ID) of every letter in the clients' mailboxes."""
    return [
        (client, str(message_from_bytes(stored.octets)["Message-ID"]))
        for client in clients
        for stored in dovecot.messages(client, "INBOX")
    ]
