"""What the tests of the wire share."""

from collections.abc import Iterator

import pytest

from daemon.wire.imap import ImapAccount, Mailbox
from tests.servers.dovecot import Dovecot


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox that only this test uses."""
    return dovecot.new_user()


@pytest.fixture
def account(dovecot: Dovecot, user: str) -> ImapAccount:
    """How to reach it without TLS."""
    return ImapAccount(dovecot.host, dovecot.imap_port, "none", user, dovecot.password, timeout_seconds=30)


@pytest.fixture
def mailbox(account: ImapAccount) -> Iterator[Mailbox]:
    """A connection to it, INBOX selected for writing."""
    with Mailbox(account) as opened:
        opened.select("INBOX", readonly=False)
        yield opened
