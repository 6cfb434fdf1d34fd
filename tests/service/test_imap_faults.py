"""The mailbox under the daemon: rebuilt, cut in the middle of a command, silent, away."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.crash.truth import OUR_COPIES, Findings, letters, numbers
from tests.fixtures import Install
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.guarded import free_port
from tests.servers.submission import SubmissionServer
from tests.servers.wireproxy import Action, Direction, WireProxy
from tests.service.letters import request

Wires = Callable[[int], WireProxy]
DECIDED = "SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL"
TICKETS = "SELECT COUNT(*) FROM ticket"
UNAVAILABLE = '"event": "server.unavailable", "server": "imap"'
STAY = [f'{name} = ""' for name in ("registered", "declined", "suspended", "quality", "automatic")]
CUTS: tuple[tuple[Action, Direction, bytes], ...] = (
    ("cut", "to server", b"SELECT"), ("cut", "to server", b"SEARCH"), ("cut", "to client", b"RFC822.SIZE"),
    ("cut", "to server", b"BODY.PEEK"), ("cut", "to client", b"BODY[]"), ("garble", "to client", b"BODY[]"),
    ("stall", "to client", b"BODY[]"), ("cut", "to server", b"MOVE"), ("cut", "to client", b"COPYUID"),
    ("cut", "to server", b"IDLE"),
)  # fmt: skip

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(240)]


@pytest.mark.parametrize("start", ["now", "uid:4"])
def test_a_mailbox_rebuilt_under_the_daemon_doubles_nothing_and_wakes_no_old_mail(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, start: str
) -> None:
    installation = install(submission.port, intake=[f'start = "{start}"', "poll_seconds = 1"], folders=STAY)
    user = installation.user
    for number in range(3):
        _deliver(dovecot, installation, f"old{number}", number)
    installation.start("intake", "delivery")
    installation.wait_for("old mail is journalled", lambda: installation.count(DECIDED) == 3)
    for number in range(5):
        _deliver(dovecot, installation, f"new{number}", number)
    installation.wait_for("the new mail is decided", lambda: installation.count(TICKETS) == 5)
    before = dovecot.uidvalidity(user, "INBOX")
    _deliver(dovecot, installation, "meanwhile", 5)
    dovecot.rebuild(user)
    _deliver(dovecot, installation, "after", 6)
    installation.wait_for("all 17 UIDs have their outcome", lambda: _outcomes(installation)["ticket"] == 7)
    installation.wait_for("the rebuilt mailbox is read", lambda: installation.count(DECIDED) >= 3 + 5 + 10)
    installation.wait_until_quiet()
    installation.stop()
    outcomes = _outcomes(installation)
    assert dovecot.uidvalidity(user, "INBOX") != before
    assert outcomes["ticket"] == 7
    assert outcomes["before_start"] == 6
    assert outcomes["duplicate"] + outcomes["vanished"] in {5, 6, 7}
    assert set(outcomes) <= {"ticket", "before_start", "duplicate", "vanished"}
    assert len(dovecot.messages(user, "INBOX")) == 10
    assert not any(stored.flags - {"\\Recent"} for stored in dovecot.messages(user, "INBOX"))
    _every_client_was_answered_once(installation, submission, 7)


def test_a_wire_that_breaks_inside_any_command_costs_nothing(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, wireproxy: Wires
) -> None:
    wire = wireproxy(dovecot.imap_port)
    installation = install(submission.port, imap_port=wire.port, imap=["timeout_seconds = 2"])
    installation.start("intake", "delivery")
    installation.wait_for("the mailbox is read", lambda: b"IDLE" in wire.passed["to server"])
    for number, (action, direction, text) in enumerate(CUTS):
        connections = wire.connections
        wire.fault(action, direction, text=text)
        wire.cut()
        for letter in range(2):
            _deliver(dovecot, installation, f"c{number}.{letter}", number)
        installation.wait_for(
            f"{action} at {text!r} is over",
            lambda least=connections + 2: wire.connections >= least,  # type: ignore[misc]
        )
        wire.clear()
    installation.wait_for("all is decided", lambda: installation.count(DECIDED) == 2 * len(CUTS))
    installation.wait_until_quiet()
    installation.stop()
    assert _outcomes(installation) == {"ticket": 2 * len(CUTS)}
    assert installation.count("SELECT COUNT(*) FROM received WHERE attempts > 0") == 0
    there = [stored for stored in dovecot.messages(installation.user) if stored.folder not in OUR_COPIES]
    assert Counter(stored.folder for stored in there) == {"Support/Registered": 2 * len(CUTS)}
    _every_client_was_answered_once(installation, submission, 2 * len(CUTS))


def test_an_idle_that_is_cut_or_falls_silent_is_begun_anew(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, wireproxy: Wires
) -> None:
    wire = wireproxy(dovecot.imap_port)
    installation = install(
        submission.port, imap_port=wire.port, imap=["timeout_seconds = 2"], intake=["poll_seconds = 4"]
    )

    def idles() -> int:
        return wire.passed["to server"].count(b"IDLE\r\n")

    (intake,) = installation.start("intake")
    installation.wait_for("it waits in IDLE", lambda: idles() > 0)
    wire.cut()
    _deliver(dovecot, installation, "cut", 1)
    installation.wait_for("the letter after the cut is taken", lambda: installation.count(TICKETS) == 1)
    seen = idles()
    installation.wait_for("it waits in IDLE again", lambda: idles() > seen)
    wire.stall()
    _deliver(dovecot, installation, "silent", 2)
    log = installation.folder / "intake.log"
    before = log.read_text().count(UNAVAILABLE)
    installation.wait_for("the silence is noticed", lambda: log.read_text().count(UNAVAILABLE) > before)
    wire.resume()
    installation.wait_for("the letter after the silence is taken", lambda: installation.count(TICKETS) == 2)
    assert intake.poll() is None


def test_servers_that_are_away_at_the_start_are_waited_for(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, wireproxy: Wires
) -> None:
    away = free_port()
    imap, smtp = wireproxy(away), wireproxy(away)
    installation = install(smtp.port, imap_port=imap.port)
    processes = installation.start("intake", "delivery", "timers")
    _deliver(dovecot, installation, "early", 1)
    installation.wait_for("the mailbox is asked for again and again", lambda: imap.connections >= 3)
    imap.retarget(dovecot.imap_port)
    installation.wait_for("the letters are tried again and again", lambda: smtp.connections >= 3)
    assert installation.count("SELECT COUNT(*) FROM letter WHERE state = 'sent'") == 0
    smtp.retarget(submission.port)
    installation.wait_until_quiet()
    assert all(process.poll() is None for process in processes)
    _every_client_was_answered_once(installation, submission, 1)
    assert installation.rows("SELECT attempts FROM letter") == [(1,), (1,)]


def _deliver(dovecot: Dovecot, installation: Installation, name: str, number: int) -> None:
    client = f"{name}.{installation.user.partition('@')[0]}@example.kz"
    text = "Подскажите, как прикрепить документы к заявке на участие в торгах по лоту {n}?"
    dovecot.deliver(request(number, client, text), installation.user, reverse_path=client)


def _outcomes(installation: Installation) -> Counter[str]:
    return Counter(str(row[0]) for row in installation.rows("SELECT outcome FROM received WHERE outcome IS NOT NULL"))


def _every_client_was_answered_once(installation: Installation, submission: SubmissionServer, clients: int) -> None:
    findings = Findings()
    numbers(findings, installation)
    letters(findings, installation, submission)
    assert findings.clean, findings.text()
    answered = Counter(one.recipients[0] for one in submission.accepted if one.recipients[0].endswith("example.kz"))
    assert len(answered) == clients
    assert set(answered.values()) == {1}
