"""The IMAP server as imapclient sees it."""

from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from daemon.demo.mailsystem import MailSystem
from tests.demo.conftest import PASSWORD, WAIT_SECONDS, Connect, letter

INFO = "info@e-sauda.kz"


def arrive(system: MailSystem, *letters: bytes, to: str = INFO) -> None:
    for octets in letters:
        system.deliver(octets, "asel@example.kz", [to])


def copyuid(client: IMAPClient) -> bytes:
    codes: list[bytes] = client._imap.untagged_responses.pop("COPYUID")
    return codes[-1]


def test_a_client_logs_in_by_login_by_address_and_by_sasl_plain(system: MailSystem) -> None:
    for name in ("support", INFO, "help@e-sauda.kz"):
        client = IMAPClient("127.0.0.1", system.imap_port, ssl=False, timeout=WAIT_SECONDS)
        client.login(name, PASSWORD)
        client.logout()
    client = IMAPClient("127.0.0.1", system.imap_port, ssl=False, timeout=WAIT_SECONDS)
    client.plain_login("support", PASSWORD)
    client.logout()


@pytest.mark.parametrize(("name", "password"), [("support", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_or_password_is_refused(system: MailSystem, name: str, password: str) -> None:
    client = IMAPClient("127.0.0.1", system.imap_port, ssl=False, timeout=WAIT_SECONDS)
    with pytest.raises(LoginError):
        client.login(name, password)
    client.shutdown()


def test_it_names_the_capabilities_that_the_service_looks_for(connect: Connect) -> None:
    capabilities = set(connect().capabilities())
    assert {b"IMAP4REV1", b"IDLE", b"MOVE", b"UIDPLUS", b"NAMESPACE", b"UNSELECT", b"ID"} <= capabilities


def test_namespace_and_id_are_answered(connect: Connect) -> None:
    client = connect()
    assert client.namespace().personal == (("", "/"),)
    assert client.id_({"name": "test"})


def test_folders_are_listed_with_their_special_use(connect: Connect) -> None:
    listed = {name: flags for flags, _, name in connect().list_folders()}
    assert {"INBOX", "Sent", "Junk", "Support", "Support/Registered", "Witness"} <= set(listed)
    assert b"\\Sent" in listed["Sent"]
    assert b"\\HasChildren" in listed["Support"]
    assert connect().find_special_folder(b"\\Junk") == "Junk"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("%", ["INBOX", "Drafts", "Junk", "Sent", "Support", "Trash", "Witness"]),
        ("Support/*", ["Support/Registered"]),
        ("S%", ["Sent", "Support"]),
        ("*gistered", ["Support/Registered"]),
        ("inbox", ["INBOX"]),
        ("None", []),
    ],
)
def test_a_pattern_chooses_folders(connect: Connect, pattern: str, names: list[str]) -> None:
    assert [name for _, _, name in connect().list_folders(pattern=pattern)] == names


def test_a_folder_is_made_with_those_above_it_subscribed_renamed_and_deleted(connect: Connect) -> None:
    client = connect()
    client.create_folder("Архив/2026")
    assert client.folder_exists("Архив")
    client.unsubscribe_folder("Архив/2026")
    assert "Архив/2026" not in [name for _, _, name in client.list_sub_folders()]
    client.subscribe_folder("Архив/2026")
    assert "Архив/2026" in [name for _, _, name in client.list_sub_folders()]
    client.rename_folder("Архив", "Старое")
    assert client.folder_exists("Старое/2026")
    client.delete_folder("Старое/2026")
    assert not client.folder_exists("Старое/2026")
    with pytest.raises(IMAPClientError, match="ALREADYEXISTS"):
        client.create_folder("Witness")
    with pytest.raises(IMAPClientError, match="no such folder"):
        client.select_folder("Nowhere")


def test_a_folder_made_anew_has_another_uidvalidity(connect: Connect) -> None:
    client = connect()
    client.create_folder("A")
    first = client.folder_status("A", ["UIDVALIDITY"])
    client.delete_folder("A")
    client.create_folder("A")
    assert client.folder_status("A", ["UIDVALIDITY"]) != first


def test_select_tells_what_the_service_needs_to_know(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter(), letter())
    told = connect().select_folder("INBOX")
    assert told[b"EXISTS"] == 2
    assert told[b"UIDNEXT"] == 3
    assert told[b"UIDVALIDITY"] > 0
    assert told[b"UNSEEN"] == [b"1"]
    assert b"\\*" in told[b"PERMANENTFLAGS"]


def test_examine_leaves_everything_as_it_was(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter())
    client = connect(folder=None)
    client.select_folder("INBOX", readonly=True)
    client.fetch([1], ["BODY[]"])
    with pytest.raises(IMAPClientError, match="READ-ONLY"):
        client.add_flags([1], [b"\\Seen"])
    with pytest.raises(IMAPClientError, match="READ-ONLY"):
        client.move([1], "Witness")
    assert client.get_flags([1]) == {1: ()}


def test_status_counts(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter(), letter())
    client = connect()
    client.add_flags([1], [b"\\Seen"])
    status = client.folder_status("INBOX", ["MESSAGES", "UIDNEXT", "UNSEEN", "UIDVALIDITY"])
    assert (status[b"MESSAGES"], status[b"UIDNEXT"], status[b"UNSEEN"]) == (2, 3, 1)


def test_append_keeps_octets_flags_and_date_and_tells_the_uid(connect: Connect) -> None:
    client = connect()
    when = datetime(2026, 1, 31, 23, 59, 58, tzinfo=UTC)
    octets = letter(text="А" * 5_000)
    assert b"APPENDUID" in client.append("Sent", octets, [b"\\seen", b"$Label"], when)
    client.select_folder("Sent")
    found = client.fetch([1], ["BODY.PEEK[]", "FLAGS", "INTERNALDATE", "RFC822.SIZE"])[1]
    assert found[b"BODY[]"] == octets
    assert set(found[b"FLAGS"]) == {b"\\Seen", b"$Label"}
    assert found[b"INTERNALDATE"] == when
    assert found[b"RFC822.SIZE"] == len(octets)
    with pytest.raises(IMAPClientError, match="TRYCREATE"):
        client.append("Nowhere", octets)


@pytest.mark.parametrize(
    ("criteria", "uids"),
    [
        ("ALL", [1, 2, 3]),
        (["UID", "2:*"], [2, 3]),
        (["UID", "9:*"], [3]),
        ("2", [2]),
        ("SEEN", [2]),
        ("UNSEEN", [1, 3]),
        (["KEYWORD", "$Junk"], [3]),
        (["HEADER", "Message-ID", "<2@example.kz>"], [2]),
        (["HEADER", "Message-ID", "<9@example.kz>"], []),
        (["HEADER", "Subject", ""], [1, 2, 3]),
        (["SINCE", date(2026, 2, 1)], [2, 3]),
        (["BEFORE", date(2026, 2, 1)], [1]),
        (["ON", date(2026, 1, 15)], [1]),
        (["SENTSINCE", date(2026, 11, 24)], []),
        (["FROM", "asel@"], [1, 2, 3]),
        (["SUBJECT", "SECOND"], [2]),
        (["SUBJECT", "лот"], [3]),
        (["TEXT", "шымкент"], [3]),
        (["BODY", "hello"], [1, 2]),
        (["NOT", "SEEN"], [1, 3]),
        (["OR", "SEEN", ["KEYWORD", "$Junk"]], [2, 3]),
        (["UNSEEN", "SUBJECT", "first"], [1]),
        (["LARGER", 100_000], []),
        (["SMALLER", 100_000, "UNKEYWORD", "$Junk"], [1, 2]),
    ],
)
def test_search_finds(connect: Connect, criteria: Any, uids: list[int]) -> None:
    client = connect()
    kazakh = EmailMessage(policy=SMTP)
    kazakh["From"] = "asel@example.kz"
    kazakh["Subject"] = "Лот 48117"
    kazakh.set_content("Шымкенттегі қойма\n", cte="base64")
    client.append("INBOX", letter("First", "<1@example.kz>"), msg_time=datetime(2026, 1, 15, 12, tzinfo=UTC))
    client.append("INBOX", letter("Second", "<2@example.kz>"), [b"\\Seen"], datetime(2026, 3, 1, tzinfo=UTC))
    client.append("INBOX", kazakh.as_bytes(), [b"$Junk"], datetime(2026, 3, 2, tzinfo=UTC))
    assert client.search(criteria, charset="UTF-8") == uids


@pytest.mark.parametrize("criteria", ["NONSENSE", ["SINCE", "yesterday"], ["UID", "abc"], ["LARGER", "x"], "NOT"])
def test_a_search_that_makes_no_sense_is_bad_and_the_session_goes_on(connect: Connect, criteria: Any) -> None:
    client = connect()
    with pytest.raises(IMAPClientError):
        client.search(criteria)
    assert client.search("ALL") == []


def test_flags_are_added_removed_and_set(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter())
    client = connect()
    assert set(client.add_flags([1], [b"\\Seen", b"$Support"])[1]) == {b"\\Seen", b"$Support"}
    assert client.remove_flags([1], [b"\\Seen"]) == {1: (b"$Support",)}
    client.set_flags([1], [b"\\Flagged"], silent=True)
    assert client.get_flags([1]) == {1: (b"\\Flagged",)}


def test_reading_a_body_marks_it_seen_and_peeking_does_not(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter())
    client = connect()
    client.fetch([1], ["BODY.PEEK[]", "RFC822.HEADER"])
    assert client.get_flags([1]) == {1: ()}
    client.fetch([1], ["BODY[]"])
    assert client.get_flags([1]) == {1: (b"\\Seen",)}


def test_copy_and_move_tell_where_the_messages_went(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter(message_id="<1@x>"), letter(message_id="<2@x>"), letter(message_id="<3@x>"))
    client = connect()
    validity = client.folder_status("Witness", ["UIDVALIDITY"])[b"UIDVALIDITY"]
    client.copy([1, 2], "Witness")
    assert copyuid(client) == b"%d 1:2 1:2" % validity
    client.move([1, 3], "Witness")
    assert copyuid(client) == b"%d 1,3 3:4" % validity
    assert client.search("ALL") == [2]
    assert [mail.uid for mail in system.messages(INFO, "Witness")] == [1, 2, 3, 4]
    client.move([77], "Witness")
    assert "COPYUID" not in client._imap.untagged_responses
    with pytest.raises(IMAPClientError, match="TRYCREATE"):
        client.move([2], "Nowhere")


def test_expunge_takes_out_what_is_deleted(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter(), letter(), letter())
    client = connect()
    client.delete_messages([1, 3])
    client.uid_expunge([3])
    assert client.search("ALL") == [1, 2]
    client.expunge()
    assert client.search("ALL") == [2]
    client.delete_messages([2])
    client.unselect_folder()
    assert len(system.messages(INFO)) == 1
    client.select_folder("INBOX")
    client.close_folder()
    assert system.messages(INFO) == []


def test_two_connections_see_each_others_changes(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter(), letter(), letter())
    one, other = connect(), connect()
    one.add_flags([3], [b"\\Answered"])
    one.move([1], "Support/Registered")
    _, news = other.noop()
    assert (1, b"EXPUNGE") in news
    assert (2, b"FETCH", (b"UID", 3, b"FLAGS", (b"\\Answered",))) in news
    assert other.search("ALL") == [2, 3]
    arrive(system, letter())
    assert (3, b"EXISTS") in one.noop()[1]
    assert one._imap.check()[0] == "OK"


def test_a_message_that_another_moved_can_still_be_read_by_number_until_its_loss_is_told(
    system: MailSystem, connect: Connect
) -> None:
    arrive(system, letter(), letter())
    one, other = connect(), connect()
    one.move([1], "Witness")
    other.use_uid = False
    assert set(other.fetch([1, 2], ["RFC822.SIZE"])) == {1, 2}
    other.noop()
    assert set(other.fetch([1, 2], ["RFC822.SIZE"])) == {1}


def test_idle_tells_of_mail_from_outside_and_of_another_clients_change(system: MailSystem, connect: Connect) -> None:
    client, other = connect(), connect()
    client.idle()
    arrive(system, letter())
    assert (1, b"EXISTS") in client.idle_check(timeout=WAIT_SECONDS)
    other.add_flags([1], [b"\\Flagged"])
    assert (1, b"FETCH", (b"UID", 1, b"FLAGS", (b"\\Flagged",))) in client.idle_check(timeout=WAIT_SECONDS)
    client.idle_done()
    assert client.search("FLAGGED") == [1]


def test_a_search_and_a_fetch_see_mail_that_has_just_come(system: MailSystem, connect: Connect) -> None:
    client = connect()
    arrive(system, letter())
    assert client.search(["UID", "1:*"]) == [1]
    arrive(system, letter())
    assert set(client.fetch([1, 2], ["UID"])) == {1, 2}


def test_an_account_does_not_see_anothers_mail(system: MailSystem, connect: Connect) -> None:
    arrive(system, letter())
    arrive(system, letter(), letter(), to="manager@e-sauda.kz")
    assert connect("manager").search("ALL") == [1, 2]
    assert connect("operator").search("ALL") == []
