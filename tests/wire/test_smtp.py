"""Handing letters over: to a friendly server, to one that is tired, and across a wire that breaks."""

import asyncio
import base64
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from daemon.wire.smtp import Deferred, Envelope, Outcome, RecipientReply, Refused, Sent, Submission, Unknown
from daemon.wire.smtp_line import BLOCK_OCTETS, dot_stuffed
from daemon.wire.tls import Security
from tests.servers.authority import Authority
from tests.servers.looped import Looped
from tests.servers.scripted import ScriptedSmtp
from tests.servers.submission import SubmissionServer
from tests.servers.wireproxy import WireProxy
from tests.wire.letters import LETTER, OCTETS, Dots, account_of, submit, with_submission

ACCEPTED = (RecipientReply("client@example.kz", 250, "2.1.5 Recipient ok"),)
PASSWORD = "пароль-и-pässword"


@pytest.fixture
def server() -> Iterator[SubmissionServer]:
    """A friendly submission server that keeps what it gets."""
    with SubmissionServer() as started:
        yield started


def test_a_letter_arrives_as_it_was_given(server: SubmissionServer) -> None:
    dots = Dots()
    (outcome,) = submit(account_of(server), LETTER, before_dot=dots)
    assert outcome == Sent("250 2.0.0 Ok: taken over", ACCEPTED)
    (accepted,) = server.accepted
    assert (accepted.reverse_path, accepted.recipients, accepted.octets) == (
        "info@e-sauda.kz",
        ("client@example.kz",),
        OCTETS,
    )
    assert dots.count == 1


@pytest.mark.parametrize(
    ("given", "wired"),
    [
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\nb\rc", b"a\r\nb\r\nc\r\n"),
        (b".", b"..\r\n"),
        (b"a\r\n.\r\nb", b"a\r\n..\r\nb\r\n"),
        (b"a\n.\nQUIT\n", b"a\r\n..\r\nQUIT\r\n"),
        (b"a\r.\rQUIT\r", b"a\r\n..\r\nQUIT\r\n"),
        (b"a\r\n\r\n", b"a\r\n\r\n"),
        (b"\r\r\n\n", b"\r\n\r\n\r\n"),
        (b"", b""),
    ],
)
def test_no_line_of_a_letter_can_end_it(given: bytes, wired: bytes) -> None:
    assert dot_stuffed(given) == wired


def test_a_letter_of_many_blocks_arrives_whole(server: SubmissionServer) -> None:
    body = b"Subject: long\r\n\r\n" + b".dots and more\r\n" * (BLOCK_OCTETS // 4)
    (outcome,) = submit(account_of(server), replace(LETTER, octets=body))
    assert isinstance(outcome, Sent)
    assert server.accepted[0].octets == body


def test_octets_above_127_are_announced() -> None:
    with ScriptedSmtp({}) as scripted:
        (outcome,) = submit(account_of(scripted), replace(LETTER, octets="Subject: x\n\nСәлем\n".encode()))
        assert isinstance(outcome, Sent)
        assert scripted.accepted == ["Subject: x\r\n\r\nСәлем\r\n.\r\n".encode()]


def test_the_null_reverse_path_is_written_as_such(server: SubmissionServer) -> None:
    (outcome,) = submit(account_of(server), replace(LETTER, reverse_path=""))
    assert isinstance(outcome, Sent)
    assert server.accepted[0].reverse_path == ""


def test_a_refused_reverse_path_can_be_told_apart_and_the_connection_lives_on(server: SubmissionServer) -> None:
    server.reply("MAIL", "550 5.7.1 no null sender here", times=1)
    first, second = submit(account_of(server), replace(LETTER, reverse_path=""), LETTER)
    assert first == Refused(550, "5.7.1 no null sender here", "MAIL")
    assert isinstance(second, Sent)
    assert server.connections == 1


def test_letters_share_one_connection(server: SubmissionServer) -> None:
    assert all(isinstance(outcome, Sent) for outcome in submit(account_of(server), *[LETTER] * 5))
    assert len(server.accepted) == 5
    assert server.connections == 1


def test_a_connection_found_dead_is_opened_once_more(server: SubmissionServer) -> None:
    async def use(submission: Submission) -> list[Outcome]:
        outcomes = [await submission.submit(LETTER, Dots())]
        server.hang_up()
        outcomes.append(await submission.submit(LETTER, Dots()))
        server.reply("MAIL", "421 4.4.2 idle too long", times=1)
        outcomes.append(await submission.submit(LETTER, Dots()))
        return outcomes

    outcomes = with_submission(account_of(server), use)
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent, Sent]
    assert server.connections == 3


def test_a_new_connection_that_is_turned_away_is_not_tried_again(server: SubmissionServer) -> None:
    server.reply("MAIL", "421 4.3.2 too busy")
    (outcome,) = submit(account_of(server), LETTER)
    assert outcome == Deferred(421, "4.3.2 too busy", "MAIL")
    assert server.connections == 1


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        (("250 ok", "550 5.1.1 unknown"), Refused),
        (("550 5.1.1 unknown", "250 ok"), Refused),
        (("251 elsewhere", "250 ok"), Sent),
        (("550 5.1.1 unknown", "451 4.2.0 later"), Deferred),
        (("450 4.2.0 greylisted", "250 ok"), Deferred),
        (("552 5.5.3 too many", "250 ok"), Deferred),
        (("452 4.5.3 too many", "550 5.1.1 unknown"), Deferred),
        (("421 4.3.2 going down", "250 ok"), Deferred),
    ],
)
def test_data_is_sent_only_if_every_recipient_was_accepted(
    server: SubmissionServer, replies: tuple[str, str], expected: type
) -> None:
    addresses = ("one@example.kz", "two@example.kz")
    for address, reply in zip(addresses, replies, strict=True):
        if not reply.startswith("250"):
            server.reply("RCPT", reply, recipient=address)
    dots = Dots()
    (outcome,) = submit(account_of(server), replace(LETTER, recipients=addresses), before_dot=dots)
    assert isinstance(outcome, expected)
    sent = expected is Sent
    assert (("DATA" in server.commands), dots.count) == (sent, sent)
    if not replies[0].startswith("421"):
        assert [(reply.address, reply.code) for reply in outcome.recipients] == [
            (address, int(reply[:3])) for address, reply in zip(addresses, replies, strict=True)
        ]
        assert sent or "RSET" in server.commands


@pytest.mark.parametrize(
    "address",
    [
        "a b@example.kz",
        "a@example.kz>\r\nRCPT TO:<b@example.kz",
        "<a@example.kz>",
        "тест@example.kz",
        "a\x00@example.kz",
    ],
)
def test_an_address_that_cannot_be_written_is_refused_and_nothing_of_it_is_sent(
    server: SubmissionServer, address: str
) -> None:
    recipient, sender, usual = submit(
        account_of(server), replace(LETTER, recipients=(address,)), replace(LETTER, reverse_path=address), LETTER
    )
    assert isinstance(recipient, Refused)
    assert (recipient.stage, recipient.code) == ("RCPT", 0)
    assert isinstance(sender, Refused)
    assert (sender.stage, sender.code) == ("MAIL", 0)
    assert isinstance(usual, Sent)
    assert len(server.accepted) == 1


def test_a_letter_without_recipients_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="without recipients"):
        Envelope("", (), OCTETS)


def test_replies_are_one_clean_short_line() -> None:
    reply = b"550-" + b"x" * 600 + b"\r\n550 \x1b[31mred\x07 \xff\r\n"
    with ScriptedSmtp({}, replies={"MAIL": reply, "RCPT": b"550 \x1b[31m\x07 no\r\n"}) as scripted:
        (outcome,) = submit(account_of(scripted), LETTER)
    assert isinstance(outcome, Refused)
    assert outcome.reply == "x" * 500


class TestTheDot:
    """The order of body, mark and dot."""

    def test_before_dot_is_called_when_the_body_has_left_and_the_dot_has_not(
        self, server: SubmissionServer, wireproxy: Callable[[int], WireProxy]
    ) -> None:
        wire = wireproxy(server.port)
        seen: list[bytes] = []

        def before_dot() -> None:
            deadline = time.monotonic() + 30
            while not wire.passed["to server"].endswith(b"\r\nend\r\n") and time.monotonic() < deadline:
                time.sleep(0.01)
            seen.append(bytes(wire.passed["to server"]))

        (outcome,) = submit(account_of(wire), LETTER, before_dot=before_dot)
        assert isinstance(outcome, Sent)
        assert seen[0].endswith(dot_stuffed(OCTETS))
        assert len(seen) == 1

    def test_a_mark_that_cannot_be_made_means_that_nothing_is_accepted(self, server: SubmissionServer) -> None:
        class DiskFullError(OSError):
            pass

        def before_dot() -> None:
            raise DiskFullError

        async def use(submission: Submission) -> Outcome:
            with pytest.raises(DiskFullError):
                await submission.submit(LETTER, before_dot)
            return await submission.submit(replace(LETTER, reverse_path="second@e-sauda.kz"), Dots())

        assert isinstance(with_submission(account_of(server), use), Sent)
        assert [accepted.reverse_path for accepted in server.accepted] == ["second@e-sauda.kz"]
        assert server.connections == 2

    def test_a_cancelled_submission_accepts_nothing_and_drops_the_connection(self, server: SubmissionServer) -> None:
        server.delay("DATA", 30, times=1)

        async def use(submission: Submission) -> Outcome:
            first = asyncio.ensure_future(submission.submit(LETTER, Dots()))
            while "DATA" not in server.commands:
                await asyncio.sleep(0.01)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            return await submission.submit(LETTER, Dots())

        assert isinstance(with_submission(account_of(server), use), Sent)
        assert len(server.accepted) == 1

    def test_a_server_that_dies_between_body_and_dot_never_accepts(self, server: SubmissionServer) -> None:
        (outcome,) = submit(account_of(server), LETTER, before_dot=server.hang_up)
        assert isinstance(outcome, Unknown)
        assert server.accepted == []

    def test_a_wire_cut_in_the_body_is_deferred_without_a_mark(
        self, server: SubmissionServer, wireproxy: Callable[[int], WireProxy]
    ) -> None:
        wire = wireproxy(server.port)
        wire.fault("cut", "to server", text=b"cut here\r\n")
        body = b"Subject: long\r\n\r\ncut here\r\n" + (b"x" * 70 + b"\r\n") * 500_000
        dots = Dots()
        (outcome,) = submit(account_of(wire), replace(LETTER, octets=body), before_dot=dots)
        assert isinstance(outcome, Deferred)
        assert (outcome.code, outcome.stage, dots.count) == (0, "BODY", 0)
        assert server.accepted == []

    @pytest.mark.parametrize("passes", [False, True])
    def test_a_wire_cut_at_the_dot_is_unknown(
        self, server: SubmissionServer, wireproxy: Callable[[int], WireProxy], passes: bool
    ) -> None:
        wire = wireproxy(server.port)
        if passes:
            wire.fault("cut", "to client", text=b"250 2.0.0 Ok: taken", before=True)
        else:
            wire.fault("cut", "to server", text=b"\r\nend\r\n.\r\n", before=True)
        first, second = submit(account_of(wire), LETTER, LETTER)
        assert isinstance(first, Unknown)
        assert isinstance(second, Sent)
        assert len(server.accepted) == 1 + passes

    def test_a_server_that_takes_the_letter_and_drops_is_unknown(self, server: SubmissionServer) -> None:
        server.take_and_drop(times=1)
        server.drop("DOT", times=1)
        outcomes = submit(account_of(server), LETTER, LETTER, LETTER)
        assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown, Sent]
        assert len(server.accepted) == 2

    def test_421_after_the_dot_is_deferred_and_hangs_up(self, server: SubmissionServer) -> None:
        server.reply("DOT", "421 4.3.2 shutting down", times=1)
        first, second = submit(account_of(server), LETTER, LETTER)
        assert first == Deferred(421, "4.3.2 shutting down", "DOT", ACCEPTED)
        assert isinstance(second, Sent)
        assert server.connections == 2


class Early(Looped):
    """A server that cannot wait for the dot: it replies as soon as it has seen the first octets of the body."""

    def __init__(self, reply: bytes) -> None:
        super().__init__()
        self._reply = reply
        self._listen_streams(self._serve)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while (line := await reader.readline()) != b"DATA\r\n":
            writer.write(b"250 ok %d\r\n" % len(line))
        writer.write(b"354 go on\r\n")
        await reader.read(10)
        writer.write(self._reply)
        await writer.drain()
        await reader.read(-1)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (
            b"552 5.3.4 too big\r\n",
            Refused(552, "5.3.4 too big", "BODY", (RecipientReply("client@example.kz", 250, "ok 29"),)),
        ),
        (
            b"421 4.3.2 bye\r\n",
            Deferred(421, "4.3.2 bye", "BODY", (RecipientReply("client@example.kz", 250, "ok 29"),)),
        ),
        (
            b"250 2.0.0 taken\r\n",
            Deferred(0, "2.0.0 taken", "BODY", (RecipientReply("client@example.kz", 250, "ok 29"),)),
        ),
    ],
)
def test_a_reply_before_the_dot_is_never_taken_for_the_verdict(reply: bytes, expected: Outcome) -> None:
    dots = Dots()
    body = b"Subject: large\r\n\r\n" + b"x" * 70 * 500_000
    with Early(reply) as early:
        (outcome,) = submit(account_of(early, timeout_seconds=2), replace(LETTER, octets=body), before_dot=dots)
    assert outcome == expected
    assert dots.count == 0


@pytest.mark.parametrize(
    "replies",
    [
        {"MAIL": b"250 ok\r\n250 ok again\r\n"},
        {"RCPT": b"250 ok\r\n250 ok again\r\n"},
        {"DATA": b"354 go on\r\n250 2.0.0 taken already\r\n"},
    ],
)
def test_a_second_reply_to_one_command_is_never_taken_for_the_next_one(replies: dict[str, bytes]) -> None:
    dots = Dots()
    with ScriptedSmtp({"dot": "5yz"}, replies=replies) as scripted:
        (outcome,) = submit(account_of(scripted), LETTER, before_dot=dots)
        assert scripted.accepted == []
    assert isinstance(outcome, Deferred)
    assert outcome.code == 0
    assert dots.count == 0


class TestLogin:
    """AUTH and TLS."""

    @pytest.mark.dovecot
    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_letter_goes_out_over_verified_tls_with_auth(self, authority: Authority, security: Security) -> None:
        login = ("info@e-sauda.kz", PASSWORD)
        with SubmissionServer(authority=authority, implicit_tls=security == "tls", login=login) as secure:
            account = account_of(
                secure, security=security, ca_file=authority.ca_file, user="info@e-sauda.kz", password=PASSWORD
            )
            assert [type(outcome) for outcome in submit(account, LETTER, LETTER)] == [Sent, Sent]
            assert secure.connections == 1

    @pytest.mark.dovecot
    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_an_unknown_authority_is_refused_before_anything_is_said(
        self, authority: Authority, security: Security
    ) -> None:
        with SubmissionServer(authority=authority, implicit_tls=security == "tls") as secure:
            (outcome,) = submit(account_of(secure, security=security), LETTER)
            assert "MAIL" not in secure.commands
        assert isinstance(outcome, Deferred)
        assert (outcome.code, outcome.stage) == (0, "CONNECT")
        assert "the certificate is not accepted" in outcome.reply

    def test_a_server_without_starttls_gets_no_letter_in_the_clear(self, server: SubmissionServer) -> None:
        (outcome,) = submit(account_of(server, security="starttls"), LETTER)
        assert isinstance(outcome, Deferred)
        assert outcome.stage == "CONNECT"
        assert server.accepted == []

    def test_a_wrong_password_defers_the_letter_and_is_not_shown(self) -> None:
        with SubmissionServer(login=("info@e-sauda.kz", "other")) as secure:
            account = account_of(secure, user="info@e-sauda.kz", password=PASSWORD)
            (outcome,) = submit(account, LETTER)
        assert isinstance(outcome, Deferred)
        assert (outcome.code, outcome.stage) == (535, "AUTH")
        assert PASSWORD not in repr(outcome) + repr(account)

    def test_a_password_echoed_by_the_server_is_hidden(self) -> None:
        exchange = base64.b64encode(f"\0me\0{PASSWORD}".encode())
        echo = b"535 you said %s: %s\r\n" % (exchange, PASSWORD.encode())
        with ScriptedSmtp({}, replies={"AUTH": echo}) as scripted:
            (outcome,) = submit(account_of(scripted, user="me", password=PASSWORD), LETTER)
        assert isinstance(outcome, Deferred)
        assert outcome.code == 535
        assert PASSWORD not in repr(outcome)
        assert exchange.decode() not in repr(outcome)


def test_an_error_of_the_mark_does_not_show_the_password(server: SubmissionServer) -> None:
    def before_dot() -> None:
        raise LookupError("locked")

    with pytest.raises(LookupError) as caught:
        submit(account_of(server, password=PASSWORD), LETTER, before_dot=before_dot)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_nobody_listening_is_deferred(server: SubmissionServer) -> None:
    account = account_of(server)
    server._call(_close(server))
    (outcome,) = submit(account, LETTER)
    assert isinstance(outcome, Deferred)
    assert (outcome.code, outcome.stage) == (0, "CONNECT")


async def _close(server: SubmissionServer) -> None:
    assert server._server is not None
    server._server.close()
