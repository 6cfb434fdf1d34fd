"""The answer to the final dot is lost (RFC 1047): every such letter is in doubt, none is sent again blindly, and the
witness resolves each rightly."""

import os
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.crash.nursery import Nursery
from tests.crash.site import Site, make_site
from tests.crash.truth import Findings, letters
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer
from tests.servers.wireproxy import WireProxy

REQUESTS = int(os.environ.get("CRASH_LOST_REPLIES", "24"))
"""Each makes about two letters; of half of all letters the server takes the octets without saying so."""

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(400)]


def test_a_lost_reply_to_the_dot_is_resolved_by_the_witness_and_never_by_sending_again(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path,
    wireproxy: Callable[[int], WireProxy],
) -> None:  # fmt: skip
    site, count = _with_letters(dovecot, nursery, submission, models, tmp_path)
    taken, dropped = count // 2, count - count // 2
    wire = wireproxy(dovecot.imap_port)
    site.installation.imap_port = wire.port
    site.installation.write()
    submission.take_and_drop(times=taken)
    submission.drop("DOT", times=dropped)
    installation = site.installation
    unknown = "SELECT COUNT(*) FROM letter WHERE state = 'unknown'"
    log = installation.folder / "delivery.log"
    runner = nursery.start(installation.config, "delivery", "", log)
    installation.wait_for("every dot is in doubt", lambda: log.read_text().count('"event": "letter.unknown"') == count)
    installation.wait_for("the witness found the copies", lambda: installation.count(unknown) == dropped)
    assert installation.count("SELECT COUNT(*) FROM letter WHERE state = 'sent'") == taken
    assert submission.commands.count("DOT") == count
    assert len(submission.accepted) == taken
    site.end_runner(runner)

    # Within the grace nothing is sent again, whoever starts.
    asked = wire.passed["to server"].count(b"HEADER Message-ID")
    runner = nursery.start(installation.config, "delivery", "", log)
    installation.wait_for(
        "the witness is asked about each of them again",
        lambda: wire.passed["to server"].count(b"HEADER Message-ID") >= asked + dropped,
    )
    site.end_runner(runner)
    assert installation.count(unknown) == dropped
    assert submission.commands.count("DOT") == count

    assert site.let_the_grace_pass() == dropped
    runner = nursery.start(installation.config, "delivery", "", log)
    installation.wait_until_quiet()
    installation.wait_for("no doubt is left", lambda: not installation.count(unknown))
    installation.wait_until_quiet()
    site.end_runner(runner)
    risks = "SELECT risks, COUNT(*) FROM letter GROUP BY risks ORDER BY risks"
    assert installation.rows(risks) == [(0, taken), (1, dropped)]
    findings = Findings()
    letters(findings, installation, submission)
    assert findings.clean, findings.text()
    ids = Counter(str(message_from_bytes(one.octets)["Message-ID"]) for one in submission.accepted)
    assert len(ids) == count
    assert set(ids.values()) == {1}


def test_without_a_witness_a_letter_in_doubt_waits_for_a_person(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, 1)
    site.installation.settings = {}
    site.installation.write()
    site.deliver()
    submission.take_and_drop(times=1)
    site.siege(0)
    assert site.installation.count("SELECT COUNT(*) FROM letter WHERE state = 'held'") == 1
    assert site.installation.count("SELECT COUNT(*) FROM letter WHERE event = 'operator_delivery_failed'") == 1


def test_a_witness_that_the_server_refuses_costs_the_letter_nothing_and_is_an_alarm(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, 1)
    local, _, domain = site.installation.user.partition("@")
    submission.reply("RCPT", "550 5.1.1 no such user", recipient=f"{local}+Witness@{domain}")
    site.deliver()
    site.siege(0)
    assert site.installation.count("SELECT COUNT(*) FROM letter WHERE state <> 'sent'") == 0
    assert site.installation.rows("SELECT name FROM alarm") == [("witness_refused",)]


def _with_letters(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> tuple[Site, int]:
    """A site with letters in its outbox and no delivery running; and how many letters."""
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, 1)
    installation = site.installation
    for _ in range(REQUESTS):
        site.deliver()
    runner = nursery.start(installation.config, "intake", "", installation.folder / "intake.log")
    decided = "SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL"
    installation.wait_for("all is decided", lambda: installation.count(decided) == REQUESTS)
    site.end_runner(runner)
    return site, installation.count("SELECT COUNT(*) FROM letter")
