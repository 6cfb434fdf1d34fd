"""Delivery reports: who, why and which letter, in the standard form and in the words of old systems."""

# ruff: noqa: E501 - lines of raw mail are compared more easily when they are not broken

import pytest

from tests.mail.letters import multipart, read

ORIGINAL = "<es.2026-000123.aaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@e-sauda.kz>"
COPY = f"Content-Type: message/rfc822\r\n\r\nFrom: info@e-sauda.kz\r\nMessage-ID:\r\n {ORIGINAL}\r\n\r\ntext".encode()


def status(*lines: str) -> bytes:
    return "\r\n".join(
        ["Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.kz", "", *lines]
    ).encode()


@pytest.mark.parametrize(
    ("lines", "recipient", "action", "code", "diagnostic"),
    [
        (("Final-Recipient: rfc822; ivan@example.kz", "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no such user"), "ivan@example.kz", "failed", "5.1.1", "550 5.1.1 no such user"),
        (("Original-Recipient: rfc822;ivan@example.kz", "Final-Recipient: rfc822; <box17@example.kz>", "Action: failed (gone)", "Status: 5.2.1 (disabled)"), "ivan@example.kz", "failed", "5.2.1", ""),
        (("Final-Recipient: RFC822; ivan@example.kz", "Action: DELAYED", "Status: 4.4.7"), "ivan@example.kz", "delayed", "4.4.7", ""),
        (("Final-Recipient: rfc822; ivan@example.kz", "Action: delivered", "Status: 2.0.0"), "ivan@example.kz", "delivered", "2.0.0", ""),
        (("Final-Recipient: rfc822; ivan@example.kz", "Action: exploded", "Status: none", "Diagnostic-Code: smtp; 554 5.7.1 blocked"), "ivan@example.kz", "", "5.7.1", "554 5.7.1 blocked"),
        ((), "", "", "", ""),
    ],
)  # fmt: skip
def test_a_standard_report(lines: tuple[str, ...], recipient: str, action: str, code: str, diagnostic: str) -> None:
    kind, body = multipart("report", b"\r\nsorry", status(*lines), COPY)
    report = read("From: MAILER-DAEMON@example.kz", kind, body=body).report
    assert report is not None
    assert (report.final_recipient, report.action, report.status, report.diagnostic) == (
        recipient,
        action,
        code,
        diagnostic,
    )
    assert report.original_message_id == ORIGINAL


@pytest.mark.parametrize(
    ("text", "recipient", "action", "code"),
    [
        (
            "Hi. This is the qmail-send program.\n<ivan@example.kz>:\n550 5.1.1 user unknown\n",
            "ivan@example.kz",
            "failed",
            "5.1.1",
        ),
        (
            "The following address failed:\n  ivan@example.kz\n  SMTP error: 550 no such user\n",
            "ivan@example.kz",
            "failed",
            "5.0.0",
        ),
        ("Письмо не доставлено: ivan@example.kz\n451 4.7.1 повторите позже", "ivan@example.kz", "delayed", "4.7.1"),
    ],
)
def test_a_report_in_words(text: str, recipient: str, action: str, code: str) -> None:
    quoted = f"{text}\n--- Below this line is a copy of the message.\n\nMessage-ID: {ORIGINAL}\n"
    report = read(
        "From: MAILER-DAEMON@example.kz", "Content-Type: text/plain; charset=utf-8", body=quoted.encode()
    ).report
    assert report is not None
    assert (report.final_recipient, report.action, report.status) == (recipient, action, code)
    assert report.original_message_id == ORIGINAL


def test_failed_recipients_of_exim_are_read() -> None:
    report = read(
        "From: Mailer-Daemon@example.kz", "X-Failed-Recipients: ivan@example.kz", body=b"could not be delivered"
    ).report
    assert report is not None
    assert (report.final_recipient, report.action) == ("ivan@example.kz", "failed")


@pytest.mark.parametrize("sender", ["ivan@example.kz", "noreply@example.kz", "postmaster@example.kz"])
def test_an_ordinary_letter_is_no_report(sender: str) -> None:
    text = (
        "Ошибка 550 при входе, пишите на petr@example.kz"
        if sender.startswith("ivan")
        else "Напишите на petr@example.kz"
    )
    assert read(f"From: {sender}", "Content-Type: text/plain; charset=utf-8", body=text.encode()).report is None
