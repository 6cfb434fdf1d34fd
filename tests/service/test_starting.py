"""The first start on a mailbox that is full of old mail; the three modes; the junk folder."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from imaplib import Time2Internaldate

import pytest

from tests.fixtures import Install
from tests.installation import OPERATOR, Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer
from tests.service.letters import REQUESTS, mixed, request

OLD_DAYS = 20
DECIDED = "SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL"
NOW = datetime.now(UTC)

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(180)]


@pytest.mark.parametrize("start", ["now", "uid:4", f"{NOW - timedelta(days=2):%Y-%m-%d}"])
def test_mail_from_before_the_start_is_journalled_and_never_touched_or_answered(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, start: str
) -> None:
    installation = install(submission.port, intake=[f'start = "{start}"', "poll_seconds = 1"])
    for number in range(3):
        _append(dovecot, installation, f"old{number}", NOW - timedelta(days=OLD_DAYS))
    installation.start("intake", "delivery")
    installation.wait_for("old mail is journalled", lambda: installation.count(DECIDED) == 3)
    for number in range(2):
        _append(dovecot, installation, f"new{number}", NOW)
    installation.wait_for("new mail is decided", lambda: installation.count(DECIDED) == 5)
    installation.wait_until_quiet()
    installation.stop()
    outcomes = [row[0] for row in installation.rows("SELECT outcome FROM received ORDER BY uid")]
    assert outcomes == ["before_start"] * 3 + ["ticket"] * 2
    left = dovecot.messages(installation.user, "INBOX")
    assert [(stored.uid, stored.flags - {"\\Recent"}) for stored in left] == [(uid, frozenset()) for uid in (1, 2, 3)]
    assert {name.partition(".")[0] for name in _clients(submission)} == {"new0", "new1"}


def test_mail_older_than_the_greatest_age_is_registered_without_a_letter_to_the_client(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port)
    _append(dovecot, installation, "late", NOW - timedelta(days=OLD_DAYS))
    installation.start("intake", "delivery")
    installation.wait_for("it is decided", lambda: installation.count(DECIDED) == 1)
    installation.wait_until_quiet()
    assert installation.rows("SELECT lane FROM ticket") == [("old_mail",)]
    assert [one.recipients for one in submission.accepted] == [(OPERATOR,)]


def test_shadow_decides_and_records_and_sends_and_moves_nothing(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port, mode="shadow")
    lots = mixed(7, 20, installation.user.partition("@")[0])
    for lot in lots:
        dovecot.deliver(lot.octets, installation.user, reverse_path=lot.reverse_path)
    before, folders = dovecot.messages(installation.user), dovecot.folders(installation.user)
    installation.start("intake", "delivery", "timers")
    installation.wait_for("all is decided", lambda: installation.count(DECIDED) == len(lots))
    complete = "SELECT MAX(passed_at) FROM mailbox"
    passed = installation.count(complete)
    installation.wait_for("another pass", lambda: installation.count(complete) > passed)
    installation.stop()
    assert installation.count("SELECT COUNT(*) FROM ticket") > 0
    assert installation.count("SELECT COUNT(*) FROM letter") > 0
    assert installation.count("SELECT COUNT(*) FROM letter WHERE state <> 'suppressed'") == 0
    assert submission.commands == []
    assert [_still(stored) for stored in dovecot.messages(installation.user)] == [_still(stored) for stored in before]
    assert dovecot.folders(installation.user) == folders


def test_assist_lets_a_person_decide_what_auto_refuses(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    refused = "SELECT requester FROM ticket WHERE state IN ('closed', 'suspended', 'pending')"
    auto = _with_the_corpus(dovecot, install(submission.port, mode="auto"))
    assist = _with_the_corpus(dovecot, install(submission.port, mode="assist"))
    assert auto.rows(refused)
    assert assist.rows(refused) == []
    assert set(auto.rows(refused)) <= set(assist.rows("SELECT requester FROM ticket WHERE lane = 'proposed'"))
    letters = "SELECT COUNT(*) FROM letter WHERE event IN ('declined', 'suspended', 'asked') OR event LIKE 'rephrase%'"
    assert assist.count(letters) == 0


def test_a_persons_mail_in_the_junk_folder_is_reported_once_and_left_alone(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(
        submission.port, imap=['junk = "Junk"'],
        intake=["junk_seconds = 1", "junk_report_seconds = 1", "poll_seconds = 1"],
    )  # fmt: skip
    _append(dovecot, installation, "before", NOW, "Junk")
    installation.start("intake", "delivery", "timers")
    installation.wait_for("the folder is known", lambda: installation.count("SELECT COUNT(*) FROM mailbox") == 2)
    _append(dovecot, installation, "person", NOW, "Junk")
    newsletter = next(lot for lot in mixed(1, 20, "junk") if lot.kind == "newsletter")
    with dovecot.session(installation.user) as session:
        session.append("Junk", "", Time2Internaldate(NOW), newsletter.octets)
    installation.wait_for("the junk folder is looked at", lambda: installation.count(DECIDED) == 2)
    report = "SELECT COUNT(*) FROM letter WHERE event = 'junk_report' AND state = 'sent'"
    installation.wait_for("it is reported", lambda: installation.count(report) == 1)
    installation.stop()
    installation.start("intake", "delivery", "timers")
    seen = installation.count("SELECT MAX(passed_at) FROM mailbox")
    installation.wait_for("another pass", lambda: installation.count("SELECT MAX(passed_at) FROM mailbox") > seen)
    rounds = "SELECT COUNT(*) FROM runner WHERE role = 'timers'"
    installation.wait_for("the timers live", lambda: installation.count(rounds) == 1)
    installation.wait_until_quiet()
    installation.stop()
    assert installation.rows("SELECT outcome FROM received ORDER BY uid") == [("junk_person",), ("junk",)]
    assert [one.recipients for one in submission.accepted] == [(OPERATOR,)]
    report_text = message_from_bytes(submission.accepted[0].octets, policy=default).get_content()
    assert report_text.count("person.") == 1
    assert newsletter.client not in report_text
    left = dovecot.messages(installation.user, "Junk")
    assert len(left) == 3
    assert not any(stored.flags - {"\\Recent"} for stored in left)
    assert installation.count("SELECT COUNT(*) FROM ticket") == 0


def _with_the_corpus(dovecot: Dovecot, installation: Installation) -> Installation:
    """The installation after it has decided the same letters of the corpus as any other."""
    lots = [lot for lot in mixed(11, 300, "assist") if lot.kind == "corpus"]
    for lot in lots:
        dovecot.deliver(lot.octets, installation.user, reverse_path=lot.reverse_path)
    installation.start("intake")
    installation.wait_for("all is decided", lambda: installation.count(DECIDED) == len(lots))
    installation.stop()
    return installation


def _append(dovecot: Dovecot, installation: Installation, name: str, received: datetime, folder: str = "INBOX") -> None:
    client = f"{name}.{installation.user.partition('@')[0]}@example.kz"
    with dovecot.session(installation.user) as session:
        session.append(folder, "", Time2Internaldate(received), request(1, client, REQUESTS[2]))


def _clients(submission: SubmissionServer) -> Counter[str]:
    return Counter(one.recipients[0] for one in submission.accepted if one.recipients[0].endswith("@example.kz"))


def _still(stored: object) -> tuple[object, ...]:
    folder, uid, flags, octets = (getattr(stored, name) for name in ("folder", "uid", "flags", "octets"))
    return folder, uid, flags - {"\\Recent"}, octets
