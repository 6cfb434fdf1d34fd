"""The mailbox against servers that say exactly this: limits, names, news, and passwords echoed back."""

import base64
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from daemon.wire.imap import ImapAccount, ImapRefused, ImapUnavailable, Mailbox
from tests.servers.scripted_imap import Answer, Forever, ScriptedImap

PASSWORD = 'құпия-"quoted"-pässword'
LISTING = b'* 1 FETCH (UID 1 RFC822.SIZE 9 INTERNALDATE "24-Nov-2026 14:00:00 +0500")\r\nTAG OK done\r\n'


def account_of(server: ScriptedImap) -> ImapAccount:
    """The account on a scripted server, with limits that a test can wait for."""
    return ImapAccount(
        server.host,
        server.port,
        "none",
        "info@e-sauda.kz",
        PASSWORD,
        timeout_seconds=10,
        operation_seconds=20,
        response_octets=10_000,
    )


@contextmanager
def selected(answers: dict[str, list[Answer]], **options: str) -> Iterator[tuple[ScriptedImap, Mailbox]]:
    """A scripted server and a mailbox on it, INBOX selected."""
    with ScriptedImap(answers, **options) as server, Mailbox(account_of(server)) as mailbox:
        mailbox.select("INBOX", readonly=False)
        yield server, mailbox


def test_an_answer_without_end_is_cut_off() -> None:
    with (
        selected({"UID SEARCH": [Forever(b"* OK still searching\r\n")]}) as (_, mailbox),
        pytest.raises(ImapUnavailable, match="over 10000 octets"),
    ):
        mailbox.uids(1, 3)


def test_a_literal_beyond_the_limit_is_not_even_read() -> None:
    with (
        selected({"UID FETCH": [[b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"]]}) as (_, mailbox),
        pytest.raises(ImapUnavailable, match="over 10000 octets"),
    ):
        mailbox.octets([1])


def test_drips_do_not_stretch_an_operation() -> None:
    with ScriptedImap({"UID SEARCH": [Forever(b"*", pause_seconds=0.05)]}) as server:
        mailbox = Mailbox(replace(account_of(server), operation_seconds=1))
        mailbox.connect()
        with pytest.raises(ImapUnavailable, match="no end within 1 s"):
            mailbox.uids(1, 3)
        mailbox.close()


@pytest.mark.parametrize("greeting", [[], [b"* BYE overloaded\r\n"], [b""], [b"\xff\x00\r\n"], [b"220 wrong port\r\n"]])
def test_a_bad_greeting_is_unavailability(greeting: list[bytes]) -> None:
    with (
        ScriptedImap({"greeting": [greeting]}) as server,
        pytest.raises(ImapUnavailable, match="connect"),
    ):
        Mailbox(replace(account_of(server), timeout_seconds=1)).connect()


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"])
@pytest.mark.parametrize("kind", [b"NO", b"BAD", b"BYE"])
def test_a_server_that_echoes_the_password_gives_nothing_away(capabilities: str, kind: bytes) -> None:
    password = PASSWORD if "PLAIN" in capabilities else '"quoted"-\\password'
    exchange = base64.b64encode(f"\0info@e-sauda.kz\0{password}".encode())
    echo = b"you said %s, that is %s" % (exchange, password.encode())
    refusal = (
        [b"* BYE %s\r\n" % echo, b""] if kind == b"BYE" else [b"TAG %s [AUTHENTICATIONFAILED] %s\r\n" % (kind, echo)]
    )
    with (
        ScriptedImap({"literal": [refusal], "LOGIN": [refusal]}, capabilities) as server,
        pytest.raises(ImapUnavailable) as caught,
    ):
        Mailbox(replace(account_of(server), password=password)).connect()
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (password, exchange.decode(), "quoted"):
        assert secret not in told
    assert kind == b"BYE" or "[AUTHENTICATIONFAILED]" in told


def test_a_password_beyond_ascii_without_sasl_is_an_error_that_does_not_show_it() -> None:
    with (
        ScriptedImap({}, "IMAP4rev1") as server,
        pytest.raises(ImapUnavailable, match="cannot be written") as caught,
    ):
        Mailbox(account_of(server)).connect()
    assert "құпия" not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


def test_folders_go_under_the_servers_prefix_with_its_delimiter() -> None:
    answers: dict[str, list[Answer]] = {
        "NAMESPACE": [[b'* NAMESPACE (("INBOX." ".")) NIL NIL\r\nTAG OK done\r\n']],
        "LIST": [[b'* LIST (\\HasNoChildren) "." INBOX.Support.Registered\r\n* LIST () "." INBOX\r\nTAG OK done\r\n']],
    }
    with selected(answers) as (server, mailbox):
        assert mailbox.folders() == ["INBOX", "Support/Registered"]
        mailbox.file([1], "Support/Registered")
        mailbox.file([1], "Support/Declined")
    sent = b"".join(server.lines)
    assert b'MOVE 1 "INBOX.Support.Registered"' in sent
    assert b'CREATE "INBOX.Support.Declined"' in sent
    assert b'SUBSCRIBE "INBOX.Support.Declined"' in sent
    assert sent.count(b"CREATE") == 1


def test_without_namespaces_the_delimiter_comes_from_list() -> None:
    answers: dict[str, list[Answer]] = {
        "LIST": [[b'* LIST (\\Noselect) "." ""\r\nTAG OK done\r\n'], [b"TAG OK done\r\n"]]
    }
    with selected(answers, capabilities="IMAP4rev1 AUTH=PLAIN") as (server, mailbox):
        assert mailbox.file([1], "Support/Registered") == "copied"
        assert not mailbox.can_idle
    assert b'COPY 1 "Support.Registered"' in b"".join(server.lines)


def test_nothing_is_ever_deleted_on_the_server() -> None:
    with selected({}, capabilities="IMAP4rev1 AUTH=PLAIN") as (server, mailbox):
        mailbox.file([1, 2], "Support/Registered")
    sent = b"".join(server.lines).upper()
    assert not [word for word in (b"STORE", b"EXPUNGE", b"\\DELETED", b"CLOSE") if word in sent]


def test_a_folder_that_another_daemon_makes_at_the_same_time_is_used() -> None:
    listed = b'* LIST () "/" Shared\r\nTAG OK done\r\n'
    answers: dict[str, list[Answer]] = {
        "LIST": [[b"TAG OK done\r\n"], [listed]],
        "CREATE": [[b"TAG NO [ALREADYEXISTS] too late\r\n"]],
    }
    with selected(answers) as (server, mailbox):
        mailbox.file([1], "Shared")
    assert b'MOVE 1 "Shared"' in b"".join(server.lines)


def test_a_folder_that_cannot_be_made_is_a_refusal() -> None:
    answers: dict[str, list[Answer]] = {"CREATE": [[b"TAG NO [CANNOT] no\r\n"]]}
    with selected(answers) as (server, mailbox):
        with pytest.raises(ImapRefused, match=r"\[CANNOT\] no"):
            mailbox.file([1], "Shared")
        assert "UID MOVE" not in server.commands


def test_filing_that_is_refused_leaves_the_connection_sound() -> None:
    listed = b'* LIST () "/" Full\r\nTAG OK done\r\n'
    with selected({"LIST": [[listed]], "UID MOVE": [[b"TAG NO [OVERQUOTA] full\r\n"]]}) as (_, mailbox):
        with pytest.raises(ImapRefused, match=r"\[OVERQUOTA\] full"):
            mailbox.file([1], "Full")
        assert mailbox.uids(1, 3) == []


def test_flags_that_nobody_asked_for_are_not_taken_for_a_message() -> None:
    answer = b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 2 FETCH (UID 2 BODY[] {2}\r\nhi FLAGS ())\r\nTAG OK done\r\n"
    with selected({"UID FETCH": [[answer]]}) as (_, mailbox):
        assert mailbox.octets([1]) == {}
        assert mailbox.octets([2]) == {2: b"hi"}
        assert mailbox.listed([1, 2]) == {}


def test_a_no_to_fetch_is_asked_again_and_then_believed() -> None:
    refusal = b"TAG NO [EXPUNGEISSUED] some are gone\r\n"
    with selected({"UID FETCH": [[refusal], [LISTING], [refusal], [refusal]]}) as (server, mailbox):
        assert set(mailbox.listed([1, 2])) == {1}
        assert server.commands[-3:] == ["UID FETCH", "NOOP", "UID FETCH"]
        with pytest.raises(ImapRefused, match="some are gone"):
            mailbox.listed([1, 2])


def test_internal_dates_become_utc_and_unreadable_ones_the_present() -> None:
    unreadable = LISTING.replace(b"24-Nov-2026", b"99-Foo-0000")
    with selected({"UID FETCH": [[LISTING], [unreadable]]}) as (_, mailbox):
        assert mailbox.listed([1])[1].internal_date.isoformat() == "2026-11-24T09:00:00+00:00"
        assert mailbox.listed([1])[1].internal_date.utcoffset() is not None


def test_news_during_a_search_is_not_slept_through() -> None:
    with selected({"UID SEARCH": [[b"* SEARCH 1 2 3\r\n* 4 EXISTS\r\nTAG OK done\r\n"]]}) as (server, mailbox):
        assert mailbox.uids(1, 3) == [1, 2, 3]
        assert mailbox.idle(29)
        assert "IDLE" not in server.commands


@pytest.mark.timeout(20)  # a turn that does not hear the news lasts 29 s
@pytest.mark.parametrize(
    "pieces",
    [
        [b"+ idling\r\n* 4 EXISTS\r\n"],
        [b"+ idling\r\n", b"* 4 EXISTS\r\n"],
        [b"+ idling\r\n", b"* 4 EXI", b"STS\r\n"],
        [b"+ idl", b"ing\r\n* 4 EXISTS\r", b"\n"],
        [b"* 4 EXISTS\r\n+ idling\r\n"],
        [b"+ idling\r\n", b"* 2 EXPUNGE\r\n"],
    ],
)
def test_news_in_idle_is_heard_however_it_is_cut_into_segments(pieces: list[bytes]) -> None:
    with selected({"IDLE": [pieces], "DONE": [[b"* OK done soon\r\n", b"TAG OK done\r\n"]]}) as (_, mailbox):
        assert mailbox.idle(29)
        assert mailbox.uids(1, 3) == []


def test_chatter_in_idle_is_no_news() -> None:
    with selected({"IDLE": [[b"+ idling\r\n", b"* OK Still here\r\n"]]}) as (_, mailbox):
        assert not mailbox.idle(29)


@pytest.mark.parametrize(
    "pieces", [[b"+ idling\r\n", b""], [b""], [b"+ idling\r\n", b"* BYE\r\n", b""], [b"rubbish\r\n"]]
)
def test_a_server_that_leaves_during_idle_is_unavailability(pieces: list[bytes]) -> None:
    with (
        selected({"IDLE": [pieces]}) as (_, mailbox),
        pytest.raises(ImapUnavailable),
    ):
        mailbox.idle(29)


def test_idle_that_is_refused_is_a_refusal() -> None:
    with selected({"IDLE": [[b"TAG NO not now\r\n"]]}) as (_, mailbox):
        with pytest.raises(ImapRefused, match="not now"):
            mailbox.idle(29)
        assert mailbox.uids(1, 3) == []


@pytest.mark.parametrize("missing", [b"UIDVALIDITY", b"UIDNEXT"])
def test_a_folder_without_uidvalidity_or_uidnext_cannot_be_used(missing: bytes) -> None:
    answer = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\nTAG OK done\r\n".replace(
        missing, b"X-NOTHING"
    )
    with (
        ScriptedImap({"SELECT": [[answer]]}) as server,
        Mailbox(account_of(server)) as mailbox,
        pytest.raises(ImapUnavailable, match="select INBOX"),
    ):
        mailbox.select("INBOX", readonly=False)


def test_witness_hits_of_a_word_index_are_checked_word_by_word() -> None:
    field = b"Message-ID:\r\n <a.b@e-sauda.kz>\r\n\r\n"
    header = b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%s)\r\nTAG OK done\r\n" % (len(field), field)
    answers: dict[str, list[Answer]] = {
        "EXAMINE": [[b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\nTAG OK [READ-ONLY]\r\n"]],
        "UID SEARCH": [[b"* SEARCH 1\r\nTAG OK done\r\n"]],
        "UID FETCH": [[header]],
    }
    with selected(answers) as (_, mailbox):
        assert mailbox.has_message_id("Sent", "<a.b@e-sauda.kz>")
        assert not mailbox.has_message_id("Sent", "<b@e-sauda.kz>")
