"""Handing letters to a real Postfix that delivers into a real Dovecot."""

import time

import pytest

from daemon.wire.imap import ImapAccount, Mailbox
from daemon.wire.smtp import Envelope, Refused, Sent, SmtpAccount
from tests.servers.dovecot import Dovecot, Stored
from tests.servers.postfix import Postfix
from tests.wire.letters import submit

pytestmark = [pytest.mark.dovecot, pytest.mark.postfix]


def arrived(dovecot: Dovecot, user: str, folder: str, number: int) -> list[Stored]:
    """The messages of a folder as soon as there are `number` of them."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if folder in dovecot.folders(user) and len(found := dovecot.messages(user, folder)) >= number:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not arrived in {folder}")


def test_letters_arrive_once_and_leave_a_copy_for_the_witness(
    dovecot: Dovecot, postfix: Postfix, account: ImapAccount
) -> None:
    client, ours = dovecot.new_user("client"), account.user
    account_of_postfix = SmtpAccount(postfix.host, postfix.port, "none", timeout_seconds=30)
    letters = [
        Envelope(
            "" if number % 2 else ours,
            (client, ours.replace("@", "+Witness@")),
            f"Subject: {number}\nMessage-ID: <{number}@e-sauda.kz>\n\n.Тіркелді\n.\n".encode(),
        )
        for number in range(4)
    ]
    outcomes = submit(account_of_postfix, *letters)
    assert [type(outcome) for outcome in outcomes] == [Sent] * 4
    received = arrived(dovecot, client, "INBOX", 4)
    arrived(dovecot, ours, "Witness", 4)
    assert len(received) == 4
    assert all(message.octets.endswith("\r\n\r\n.Тіркелді\r\n.\r\n".encode()) for message in received)
    assert sorted(message.octets.startswith(b"Return-Path: <>") for message in received) == [False, False, True, True]
    with Mailbox(account) as mailbox:
        assert all(mailbox.has_message_id("Witness", f"<{number}@e-sauda.kz>") for number in range(4))
        assert not mailbox.has_message_id("Witness", "<4@e-sauda.kz>")


def test_a_recipient_that_postfix_refuses_stops_the_letter(dovecot: Dovecot, postfix: Postfix, user: str) -> None:
    letter = Envelope("info@e-sauda.kz", (user, "nobody@"), b"Subject: x\r\n\r\nx\r\n")
    (outcome,) = submit(SmtpAccount(postfix.host, postfix.port, "none", timeout_seconds=30), letter)
    assert isinstance(outcome, Refused)
    assert [reply.code for reply in outcome.recipients] == [250, 501]
    assert dovecot.messages(user) == []
