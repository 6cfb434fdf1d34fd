"""The mailbox on Dovecot through a wire that cuts, stalls, garbles: always `ImapUnavailable`, and nothing is lost."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from daemon.wire.imap import ImapAccount, ImapUnavailable, Mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.wireproxy import WireProxy

pytestmark = pytest.mark.dovecot

MESSAGE = b"Subject: one\r\nMessage-ID: <1@example.kz>\r\n\r\n" + b"text \r\n" * 1_000

Operation = Callable[[Mailbox], object]
OPERATIONS: dict[str, Operation] = {
    "select": lambda mailbox: mailbox.select("INBOX", readonly=False),
    "uids": lambda mailbox: mailbox.uids(1, 100),
    "listed": lambda mailbox: mailbox.listed([1, 2]),
    "octets": lambda mailbox: mailbox.octets([1, 2]),
    "header": lambda mailbox: mailbox.header([1, 2]),
    "idle": lambda mailbox: mailbox.idle(0.1),
    "file": lambda mailbox: mailbox.file([1, 2], "Sent"),
    "folders": lambda mailbox: mailbox.folders(),
    "exists": lambda mailbox: mailbox.exists("Sent"),
    "has_message_id": lambda mailbox: mailbox.has_message_id("INBOX", "<1@example.kz>"),
    "append": lambda mailbox: mailbox.append("Sent", MESSAGE),
}
Fault = Callable[[WireProxy], None]
FAULTS: dict[str, Fault] = {
    "cut before the command arrives": lambda wire: wire.fault("cut", "to server", text=b" ", before=True),
    "cut after the command": lambda wire: wire.fault("cut", "to server", text=b"\r\n"),
    "cut before the answer": lambda wire: wire.fault("cut", "to client", text=b" ", before=True),
    "cut in the answer": lambda wire: wire.fault("cut", "to client", text=b" "),
    "garbage in the answer": lambda wire: wire.fault("garble", "to client", text=b" "),
    "silence": lambda wire: wire.fault("stall", "to client", text=b" ", before=True),
}
CELLS = [
    (operation, fault)
    for operation in OPERATIONS
    for fault in FAULTS
    # Garbage after "+ " is a legal continuation: the rest of these two exchanges is sound.
    if (operation, fault) not in {("idle", "garbage in the answer"), ("append", "garbage in the answer")}
]


@pytest.fixture
def wire(dovecot: Dovecot, user: str, wireproxy: Callable[[int], WireProxy]) -> WireProxy:
    """A proxy before Dovecot; two messages are in INBOX."""
    for _ in range(2):
        dovecot.deliver(MESSAGE, user)
    return wireproxy(dovecot.imap_port)


@pytest.fixture
def through(wire: WireProxy, account: ImapAccount) -> ImapAccount:
    """The account as it is reached through the proxy."""
    return replace(account, port=wire.port)


@pytest.mark.parametrize(("operation", "fault"), CELLS)
def test_a_fault_in_any_exchange_is_unavailability_and_loses_nothing(
    dovecot: Dovecot, user: str, wire: WireProxy, through: ImapAccount, operation: str, fault: str
) -> None:
    limited = replace(through, timeout_seconds=1) if fault == "silence" else through
    mailbox = Mailbox(limited)
    mailbox.connect()
    mailbox.select("INBOX", readonly=False)
    FAULTS[fault](wire)
    with pytest.raises(ImapUnavailable) as caught:
        OPERATIONS[operation](mailbox)
    assert dovecot.password not in repr(caught.value)
    with pytest.raises(ImapUnavailable, match="the connection is closed"):
        mailbox.uids(1, 100)
    mailbox.close()
    wire.clear()
    with Mailbox(through) as again:
        again.select("INBOX", readonly=True)
        left = len(again.uids(1, 100))
    filed = len(dovecot.messages(user, "Sent"))
    assert left + filed in ({2, 3} if operation == "append" else {2})


def test_death_in_the_middle_of_a_message_is_not_taken_for_its_end(wire: WireProxy, through: ImapAccount) -> None:
    mailbox = Mailbox(through)
    mailbox.connect()
    mailbox.select("INBOX", readonly=True)
    wire.fault("cut", "to client", text=b"text \r\ntext \r\n")
    with pytest.raises(ImapUnavailable):
        mailbox.octets([1])
    mailbox.close()
    with Mailbox(through) as again:
        again.select("INBOX", readonly=True)
        assert again.octets([1])[1].endswith(MESSAGE)


def test_death_in_the_middle_of_idle_is_noticed_at_once(wire: WireProxy, through: ImapAccount) -> None:
    mailbox = Mailbox(through)
    mailbox.connect()
    mailbox.select("INBOX", readonly=True)
    later = threading.Timer(0.2, wire.cut)
    later.start()
    with pytest.raises(ImapUnavailable):
        mailbox.idle(29)
    later.join()
    mailbox.close()


def test_a_line_that_died_in_silence_during_idle_is_found_out(wire: WireProxy, through: ImapAccount) -> None:
    mailbox = Mailbox(replace(through, timeout_seconds=1))
    mailbox.connect()
    mailbox.select("INBOX", readonly=True)
    wire.stall()
    with pytest.raises(ImapUnavailable, match="silent for 1 s"):
        mailbox.idle(0.1)
    mailbox.close()


@pytest.mark.parametrize("octets", [1, 30, 120, 200, 300])
def test_a_cut_while_connecting_is_unavailability(wire: WireProxy, through: ImapAccount, octets: int) -> None:
    wire.fault("cut", "to client", octets=octets)
    with pytest.raises(ImapUnavailable):
        Mailbox(through).connect()


def test_a_server_that_is_not_there_is_unavailability(through: ImapAccount, wire: WireProxy) -> None:
    wire._call(_close(wire))
    with pytest.raises(ImapUnavailable, match="connect"):
        Mailbox(through).connect()


async def _close(wire: WireProxy) -> None:
    assert wire._server is not None
    wire._server.close()
