"""The SMTP server: smtplib, aiosmtplib, and lines of our own making."""

import asyncio
import random
import smtplib
from collections.abc import Iterator
from email import message_from_bytes

import aiosmtplib
import pytest

from daemon.demo.mailboxes import MESSAGE_OCTETS
from daemon.demo.mailsystem import MailSystem
from tests.demo.conftest import ACCOUNTS, PASSWORD, WAIT_SECONDS, Wire, letter

INFO = "info@e-sauda.kz"
ASEL = "asel@example.kz"


@pytest.fixture
def smtp(system: MailSystem) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=WAIT_SECONDS) as client:
        client.ehlo()
        yield client


def body_of(octets: bytes) -> bytes:
    return octets.partition(b"\r\n\r\n")[2]


def results_of(octets: bytes) -> list[str]:
    return [str(value) for value in message_from_bytes(octets).get_all("Authentication-Results", [])]


def test_it_names_its_extensions(smtp: smtplib.SMTP) -> None:
    assert all(smtp.has_extn(name) for name in ("pipelining", "8bitmime", "size", "enhancedstatuscodes", "auth"))


def test_a_message_arrives_octet_by_octet_with_its_trace_on_top(system: MailSystem, smtp: smtplib.SMTP) -> None:
    octets = letter(text=".dot\r\n..two\r\n.\r\nҚазақша ә\r\n" + "x" * 5_000)
    smtp.sendmail(ASEL, [INFO], octets, mail_options=["BODY=8BITMIME"])
    arrived = system.messages(INFO)[0].octets
    assert arrived.endswith(octets)
    assert arrived.startswith(b"Return-Path: <asel@example.kz>\r\n")
    assert b"for <info@e-sauda.kz>" in arrived


def test_the_null_reverse_path_is_noted(system: MailSystem, smtp: smtplib.SMTP) -> None:
    smtp.sendmail("", [INFO], letter())
    assert system.messages(INFO)[0].octets.startswith(b"Return-Path: <>\r\n")


def test_a_client_gets_an_account_with_the_first_letter(system: MailSystem, smtp: smtplib.SMTP) -> None:
    smtp.sendmail(INFO, ["New.Client@Example.com", ASEL], letter())
    assert {"new.client@example.com", ASEL} <= set(system.logins())
    assert len(system.messages("new.client@example.com")) == 1


def test_a_sub_address_leads_to_its_folder_or_to_the_inbox(system: MailSystem, smtp: smtplib.SMTP) -> None:
    smtp.sendmail(INFO, [ASEL, "info+Witness@e-sauda.kz"], letter())
    smtp.sendmail(ASEL, ["info+witness@e-sauda.kz"], letter())
    smtp.sendmail(ASEL, ["info+es1-token@e-sauda.kz"], letter())
    assert len(system.messages(INFO, "Witness")) == 2
    assert len(system.messages(INFO)) == 1
    assert len(system.messages(ASEL)) == 1


def test_two_addresses_of_one_account_get_one_copy(system: MailSystem, smtp: smtplib.SMTP) -> None:
    smtp.sendmail(ASEL, [INFO, "help@e-sauda.kz", INFO], letter())
    assert len(system.messages(INFO)) == 1


def test_an_unknown_address_of_our_domain_is_refused_and_the_others_get_the_letter(
    system: MailSystem, smtp: smtplib.SMTP
) -> None:
    refused = smtp.sendmail(ASEL, ["nobody@e-sauda.kz", INFO], letter())
    assert refused["nobody@e-sauda.kz"][0] == 550
    assert len(system.messages(INFO)) == 1


def test_only_the_right_password_logs_in(smtp: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login("operator", "wrong")
    assert smtp.login("operator", PASSWORD)[0] == 235
    smtp.user, smtp.password = "operator@e-sauda.kz", PASSWORD
    assert smtp.auth("LOGIN", smtp.auth_login)[0] == 235


@pytest.mark.parametrize(
    ("login", "sender", "author", "verdict"),
    [
        ("", ASEL, ASEL, "dmarc=pass"),
        ("", "asel@example.org", ASEL, "dmarc=fail"),
        ("", "", ASEL, "dmarc=none"),
        ("", "operator@e-sauda.kz", "operator@e-sauda.kz", "dmarc=fail"),
        ("", ASEL, "operator@e-sauda.kz", "dmarc=fail"),
        ("operator", "operator@e-sauda.kz", "operator@e-sauda.kz", "dmarc=pass"),
        ("operator", "operator@e-sauda.kz", "manager@e-sauda.kz", "dmarc=fail"),
        ("support", "info+token@e-sauda.kz", INFO, "dmarc=pass"),
    ],
)
def test_the_border_stamps_what_it_could_check(
    system: MailSystem, smtp: smtplib.SMTP, login: str, sender: str, author: str, verdict: str
) -> None:
    if login:
        smtp.login(login, PASSWORD)
    smtp.sendmail(sender, ["manager@e-sauda.kz"], f"From: X <{author}>\r\nSubject: x\r\n\r\nx\r\n".encode())
    (stamp,) = results_of(system.messages("manager")[0].octets)
    assert stamp.startswith("mail.e-sauda.kz;")
    assert verdict in stamp


def test_forged_stamps_in_our_name_are_removed_and_those_of_others_stay(system: MailSystem, smtp: smtplib.SMTP) -> None:
    forged = (
        b"Authentication-Results: mail.e-sauda.kz; dmarc=pass header.from=forged\r\n"
        b"AUTHENTICATION-RESULTS: (comment) MAIL.E-SAUDA.KZ;\r\n\tdmarc=pass header.from=folded\r\n"
        b"Authentication-Results: mx.example.org; dmarc=pass header.from=other\r\n"
        b"Return-Path: <forged@example.org>\r\n"
    )
    smtp.sendmail("", [INFO], forged + letter())
    arrived = system.messages(INFO)[0].octets
    assert b"forged" not in arrived
    assert b"folded" not in arrived
    assert [stamp.partition(";")[0] for stamp in results_of(arrived)] == ["mail.e-sauda.kz", "mx.example.org"]


def test_no_stamp_is_written_where_no_authserv_id_is_set() -> None:
    with MailSystem(ACCOUNTS, PASSWORD, authserv_id=None) as bare:
        bare.deliver(letter(), ASEL, [INFO])
        assert results_of(bare.messages(INFO)[0].octets) == []


def test_a_message_announced_too_large_is_refused_before_it_is_sent(smtp: smtplib.SMTP) -> None:
    code, _ = smtp.docmd("MAIL", f"FROM:<{ASEL}> SIZE={MESSAGE_OCTETS + 1}")
    assert code == 552


def test_aiosmtplib_sends_several_letters_over_one_connection(system: MailSystem) -> None:
    async def send() -> list[str]:
        async with aiosmtplib.SMTP(
            hostname="127.0.0.1",
            port=system.smtp_port,
            start_tls=False,
            username="support",
            password=PASSWORD,
            timeout=WAIT_SECONDS,
        ) as client:
            await client.sendmail(INFO, [ASEL], letter())
            recipients = ["nobody@e-sauda.kz", ASEL, "info+Witness@e-sauda.kz"]
            refused, _ = await client.sendmail(INFO, recipients, letter())
            return list(refused)

    assert asyncio.run(send()) == ["nobody@e-sauda.kz"]
    assert len(system.messages(ASEL)) == 2
    assert len(system.messages(INFO, "Witness")) == 1


def test_pipelined_commands_are_answered_in_order(system: MailSystem, smtp_wire: Wire) -> None:
    smtp_wire.send(
        b"EHLO there\r\nMAIL FROM:<a@example.kz>\r\n"
        b"RCPT TO:<nobody@e-sauda.kz>\r\nRCPT TO:<info@e-sauda.kz>\r\nDATA\r\n"
        b"Subject: x\r\n\r\n..\r\n.x\r\n.\r\nNOOP\r\nMAIL FROM:<b@example.kz>\r\nRSET\r\nQUIT\r\n"
    )
    codes = [line[:3] for line in smtp_wire.until(b"221") if line[3:4] == b" "]
    assert codes == [b"250", b"250", b"550", b"250", b"354", b"250", b"250", b"250", b"250", b"221"]
    assert body_of(system.messages(INFO)[0].octets) == b".\r\nx\r\n"


def test_only_a_dot_between_whole_line_ends_is_the_end(system: MailSystem, smtp_wire: Wire) -> None:
    smtp_wire.send(
        b"EHLO there\r\nMAIL FROM:<>\r\nRCPT TO:<info@e-sauda.kz>\r\nDATA\r\n\r\na\n.\nb\n.\r\nc\r\n.\r\nQUIT\r\n"
    )
    smtp_wire.until(b"221")
    assert [body_of(mail.octets) for mail in system.messages(INFO)] == [b"a\n.\nb\n.\r\nc\r\n"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (b"MAIL FROM:<a@example.kz>", b"503"),
        (b"EHLO x\r\nRCPT TO:<info@e-sauda.kz>", b"503"),
        (b"EHLO x\r\nDATA", b"503"),
        (b"EHLO x\r\nMAIL FROM:a@example.kz", b"501"),
        (b"EHLO x\r\nMAIL FROM:<a@example.kz> SMTPUTF8", b"555"),
        (b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<>", b"501"),
        (b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<@example.kz>", b"550"),
        (b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<info>", b"550"),
        (b"EHLO x\r\nMAIL FROM:<>\r\nMAIL FROM:<>", b"503"),
        (b"EHLO x\r\nAUTH CRAM-MD5", b"504"),
        (b"EHLO x\r\nAUTH PLAIN ====", b"535"),
        (b"STARTTLS", b"500"),
        (b"VRFY info", b"252"),
    ],
)
def test_a_wrong_command_is_answered_by_its_code(smtp_wire: Wire, lines: bytes, code: bytes) -> None:
    smtp_wire.send(lines + b"\r\nQUIT\r\n")
    finals = [line for line in smtp_wire.until(b"221") if line[3:4] == b" "]
    assert finals[-2].startswith(code)


def test_200_garbage_lines_are_answered_and_the_conversation_goes_on(smtp_wire: Wire) -> None:
    draw = random.Random(11)
    for _ in range(200):
        octets = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 300)))
        smtp_wire.send(octets.replace(b"\n", b"").replace(b"\r", b"") + b"\r\n")
    smtp_wire.send(b"EHLO still\r\nQUIT\r\n")
    assert smtp_wire.until(b"221")[-1].startswith(b"221")


def test_a_client_that_vanishes_in_the_middle_of_data_leaves_nothing(system: MailSystem, smtp: smtplib.SMTP) -> None:
    wire = Wire(system.smtp_port)
    wire.send(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<info@e-sauda.kz>\r\nDATA\r\nSubject: half\r\n")
    wire.until(b"354")
    wire.close()
    smtp.sendmail(ASEL, [INFO], letter("whole"))
    assert [b"whole" in mail.octets for mail in system.messages(INFO)] == [True]
