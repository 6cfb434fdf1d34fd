"""The mailbox on a real Dovecot."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.wire import imap
from daemon.wire.imap import ImapAccount, ImapRefused, ImapUnavailable, Mailbox
from daemon.wire.tls import Security
from tests.servers.authority import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.wireproxy import WireProxy

pytestmark = pytest.mark.dovecot


def letter(number: int, body: str = "Сәлеметсіз бе!") -> bytes:
    """A small message with a Message-ID of its own."""
    text = f"From: client@example.kz\nSubject: {number}\nMessage-ID: <{number}@example.kz>\n\n{body}\n"
    return text.replace("\n", "\r\n").encode()


def test_a_delivered_message_is_listed_and_fetched_whole(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.deliver(letter(1), user)
    mailbox.select("INBOX", readonly=True)
    assert mailbox.uids(1, 100) == [1]
    octets = mailbox.octets([1])[1]
    listed = mailbox.listed([1])[1]
    assert octets == dovecot.messages(user)[0].octets
    assert octets.endswith(letter(1))
    assert (listed.uid, listed.size) == (1, len(octets))
    assert listed.internal_date.tzinfo is UTC
    assert abs(listed.internal_date - datetime.now(UTC)) < timedelta(hours=1)
    assert mailbox.header([1])[1] == octets.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def test_two_megabytes_of_every_octet_come_back_unchanged(mailbox: Mailbox) -> None:
    body = bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") * 8_000
    sent = letter(1) + b"\r\n".join(body[start : start + 900] for start in range(0, len(body), 900)) + b"\r\n"
    mailbox.append("INBOX", sent)
    mailbox.select("INBOX", readonly=True)
    assert mailbox.octets([1])[1] == sent


def test_reading_sets_no_flag_and_keeps_what_people_set(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.deliver(letter(1), user)
    dovecot.deliver(letter(2), user)
    dovecot.flag(user, "INBOX", 1, "\\Flagged", "$Important")
    before = [message.flags - {"\\Recent"} for message in dovecot.messages(user)]
    mailbox.select("INBOX", readonly=False)
    mailbox.listed([1, 2])
    mailbox.header([1, 2])
    mailbox.octets([1, 2])
    mailbox.idle(0.01)
    after = [message.flags - {"\\Recent"} for message in dovecot.messages(user)]
    assert after == before
    assert "$Important" in before[0]
    assert before[1] == frozenset()


def test_a_uid_that_does_not_exist_is_absent(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    for number in range(1, 4):
        dovecot.deliver(letter(number), user)
    mailbox.select("INBOX", readonly=True)
    assert mailbox.uids(1, 100) == [1, 2, 3]
    dovecot.expunge(user, "INBOX", 2)
    assert set(mailbox.octets([1, 2, 3, 99])) == {1, 3}
    assert set(mailbox.header([1, 2, 3, 99])) == {1, 3}
    assert mailbox.uids(1, 100) == [1, 3]
    assert set(mailbox.listed([1, 2, 3, 99])) == {1, 3}
    assert mailbox.listed([]) == {}
    assert mailbox.octets([]) == {}


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(1, 10, [1, 2, 3]), (2, 2, [2]), (4, 10, []), (3, 99, [3]), (3, 2, [])]
)
def test_uids_are_exactly_those_of_the_range(
    dovecot: Dovecot, user: str, mailbox: Mailbox, low: int, high: int, expected: list[int]
) -> None:
    for number in range(1, 4):
        dovecot.deliver(letter(number), user)
    mailbox.select("INBOX", readonly=True)
    assert mailbox.uids(low, high) == expected


@pytest.mark.parametrize("window", [1, 3, 7, 8])
def test_a_search_in_windows_finds_all(
    dovecot: Dovecot, user: str, mailbox: Mailbox, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SEARCH_MESSAGES", window)
    for number in range(7):
        mailbox.append("INBOX", letter(number))
    assert mailbox.select("INBOX", readonly=True).exists == 7
    dovecot.deliver(letter(8), user)
    assert set(range(1, 8)) <= set(mailbox.uids(1, 1_000))
    assert mailbox.uids(3, 5) == [3, 4, 5]


def test_an_empty_folder_has_no_uids(mailbox: Mailbox) -> None:
    assert mailbox.uids(1, 4_294_967_295) == []


def test_idle_notices_a_delivery(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    assert mailbox.uids(1, 100) == []
    later = threading.Timer(0.2, dovecot.deliver, (letter(1), user))
    later.start()
    try:
        assert mailbox.idle(29)
    finally:
        later.join()
    assert mailbox.uids(1, 100) == [1]


def test_idle_in_a_quiet_folder_says_so_again_and_again(mailbox: Mailbox) -> None:
    assert [mailbox.idle(0.02) for _ in range(20)] == [False] * 20


def test_filing_moves_into_a_folder_that_it_makes_and_subscribes_to(
    dovecot: Dovecot, user: str, mailbox: Mailbox
) -> None:
    for number in range(1, 4):
        dovecot.deliver(letter(number), user)
    dovecot.flag(user, "INBOX", 2, "$Important", "\\Flagged")
    octets = dovecot.messages(user)[1].octets
    mailbox.select("INBOX", readonly=False)
    assert mailbox.file([2, 77], "Support/Registered") == "moved"
    assert mailbox.uids(1, 100) == [1, 3]
    (filed,) = dovecot.messages(user, "Support/Registered")
    assert filed.octets == octets
    assert {"$Important", "\\Flagged"} <= filed.flags
    assert "\\Seen" not in filed.flags
    assert "Support/Registered" in dovecot.subscribed(user)
    assert "Support/Registered" in mailbox.folders()


def test_without_move_a_message_is_copied_and_left_in_peace(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.deliver(letter(1), user)
    mailbox.select("INBOX", readonly=False)
    mailbox.capabilities -= {"MOVE"}
    assert mailbox.file([1], "Support/Declined") == "copied"
    stored = {message.folder: message for message in dovecot.messages(user)}
    assert stored["INBOX"].octets == stored["Support/Declined"].octets
    assert "\\Deleted" not in stored["INBOX"].flags


def test_a_folder_deleted_behind_our_back_is_made_again(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.deliver(letter(1), user)
    dovecot.deliver(letter(2), user)
    mailbox.select("INBOX", readonly=False)
    mailbox.file([1], "Support/Quality")
    dovecot.delete(user, "Support/Quality")
    mailbox.file([2], "Support/Quality")
    assert [message.uid for message in dovecot.messages(user, "Support/Quality")] == [1]


def test_filing_leaves_nothing_in_the_memory_of_the_connection(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    for number in range(1, 6):
        dovecot.deliver(letter(number), user)
    mailbox.select("INBOX", readonly=False)
    for uid in range(1, 6):
        mailbox.file([uid], "Support/Automatic")
    assert mailbox._client is not None
    assert mailbox._client.connection.untagged_responses == {}


def test_folder_names_in_kazakh_survive(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    mailbox.append("Қолдау/Тіркелген & жаңа", letter(1))
    assert mailbox.exists("Қолдау/Тіркелген & жаңа")
    assert "Қолдау/Тіркелген & жаңа" in mailbox.folders()
    assert mailbox.select("Қолдау/Тіркелген & жаңа", readonly=True).exists == 1


def test_a_rebuilt_folder_shows_another_uidvalidity(dovecot: Dovecot, user: str, account: ImapAccount) -> None:
    dovecot.deliver(letter(1), user)
    with Mailbox(account) as first:
        before = first.select("INBOX", readonly=True)
    dovecot.rebuild(user)
    with Mailbox(account) as second:
        after = second.select("INBOX", readonly=True)
        assert second.octets(second.uids(1, 1_000))
    assert after.uidvalidity != before.uidvalidity
    assert (before.uidnext, before.exists) == (2, 1)


def test_a_folder_rebuilt_under_an_open_connection_never_yields_another_message(
    dovecot: Dovecot, user: str, account: ImapAccount
) -> None:
    dovecot.deliver(letter(1), user)
    dovecot.deliver(letter(2), user)
    dovecot.expunge(user, "INBOX", 1)
    with Mailbox(account) as mailbox:
        mailbox.select("INBOX", readonly=True)
        (uid,) = mailbox.uids(1, 100)
        dovecot.rebuild(user)
        try:
            found = mailbox.octets([uid])
        except ImapUnavailable:
            found = {}
    assert all(letter(2) in octets for octets in found.values())


def test_the_witness_finds_a_message_id_exactly(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.deliver(letter(10), user.replace("@", "+Witness@"))
    dovecot.deliver(letter(11), user.replace("@", "+Witness@"))
    assert mailbox.has_message_id("Witness", "<11@example.kz>")
    assert not mailbox.has_message_id("Witness", "<1@example.kz>")
    assert not mailbox.has_message_id("Witness", "<12@example.kz>")
    assert not mailbox.has_message_id("Witness", "11@example.kz")


def test_a_missing_witness_folder_is_an_error_and_not_a_no(mailbox: Mailbox) -> None:
    with pytest.raises(ImapRefused):
        mailbox.has_message_id("No such folder", "<1@example.kz>")
    assert not mailbox.exists("No such folder")
    assert mailbox.select("INBOX", readonly=True).exists == 0


def test_the_server_offers_what_the_daemon_wants(mailbox: Mailbox) -> None:
    assert mailbox.can_idle
    assert mailbox.can_move
    assert {"UIDPLUS", "NAMESPACE"} <= mailbox.capabilities


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_with_the_right_authority_works(
    dovecot: Dovecot, user: str, account: ImapAccount, authority: Authority, security: Security
) -> None:
    dovecot.deliver(letter(1), user)
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    secure = replace(account, port=port, security=security, ca_file=authority.ca_file)
    with Mailbox(secure) as mailbox:
        mailbox.select("INBOX", readonly=True)
        assert set(mailbox.octets([1])) == {1}
        assert mailbox.idle(0.05) is False
        dovecot.deliver(letter(2), user)
        assert mailbox.idle(29)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_refuses_an_unknown_authority(dovecot: Dovecot, account: ImapAccount, security: Security) -> None:
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    with pytest.raises(ImapUnavailable, match="the certificate is not accepted"):
        Mailbox(replace(account, port=port, security=security)).connect()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_refuses_a_server_of_another_name(
    dovecot: Dovecot, account: ImapAccount, authority: Authority, security: Security
) -> None:
    with WireProxy(dovecot.imaps_port if security == "tls" else dovecot.imap_port, host="127.0.0.2") as other:
        elsewhere = replace(account, host="127.0.0.2", port=other.port, security=security, ca_file=authority.ca_file)
        with pytest.raises(ImapUnavailable, match="the certificate is not accepted"):
            Mailbox(elsewhere).connect()


def test_a_wrong_password_is_not_repeated_in_the_error(account: ImapAccount) -> None:
    wrong = replace(account, password='Құпия-"\\-слово')
    with pytest.raises(ImapUnavailable) as caught:
        Mailbox(wrong).connect()
    assert "login" in str(caught.value)
    assert "Құпия" not in repr(caught.value)
    assert "Құпия" not in repr(wrong)
