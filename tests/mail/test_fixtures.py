"""Other people's mail, read from the folder that MAIL_FIXTURES names; skipped where it names none."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.mail.gate import Kind, Own, inspect
from daemon.mail.message import Message
from daemon.mail.parse import parse
from daemon.mail.quote import split_quotation
from tests.mail.clean import unclean
from tests.mail.fuzz import rules
from tests.mail.letters import LIMITS, codes

FOLDER = Path(os.environ.get("MAIL_FIXTURES", "") or "/nonexistent")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="MAIL_FIXTURES names no folder with other people's mail")

OWN = Own(frozenset({"info@e-sauda.kz"}))
MACHINE = rules()
NOT_BOUNCES = ("arf-", "rfc3834-", "is-not-bounce")
MISLABELLED = {"lhost-sendmail-14.eml", "make-test-36.eml"}
"""A person forwards a bounce: `Fwd: Returned mail`, with a sender of his own."""
BOUNCES_ELSEWHERE = {
    "imap_tools/multi_address_bounce1.eml",
    "imap_tools/multipart_report_multiple_status.eml",
    "imap_tools/raw_email_with_mimepart_without_content_type.eml",
    "imap_tools/report_422.eml",
    "imap_tools/report_530.eml",
    "webklex/example_bounce.eml",
    "webklex/issue-382.eml",
    "webklex/issue-462.eml",
    "mail-parser/mail_malformed_2",
    "cpython/msg_05.txt",
    "cpython/msg_16.txt",
    "cpython/msg_25.txt",
    "cpython/msg_42.txt",
    "cpython/msg_43.txt",
}
"""Real reports in the collections of ordinary mail."""


def letters(folder: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted((FOLDER / folder).iterdir()):
        yield path.name, path.read_bytes()


def kind(octets: bytes) -> Kind:
    return inspect(parse(octets, LIMITS), OWN, MACHINE).kind


@pytest.mark.parametrize(
    "folder",
    ["bounces", "flufl", "imap_tools", "webklex", "stalwart", "mail-parser", "flanker", "talon", "cpython", "replies"],
)
def test_every_letter_gives_a_clean_message(folder: str) -> None:
    for name, octets in letters(folder):
        message = parse(octets, LIMITS)
        assert not unclean(message), name
        assert "mail_parser_failed" not in codes(message), name


def test_bounces_are_recognised() -> None:
    found = Counter(
        kind(octets)
        for name, octets in letters("bounces")
        if not name.startswith(NOT_BOUNCES) and name not in MISLABELLED
    )
    assert found[Kind.DELIVERY_REPORT] >= 0.98 * found.total()


def test_bounces_of_the_second_collection_are_recognised() -> None:
    found = Counter(kind(octets) for _, octets in letters("flufl"))
    assert found[Kind.DELIVERY_REPORT] >= 0.93 * found.total()


def test_bounces_tell_whom_they_could_not_reach() -> None:
    reports = [
        message.report
        for name, octets in letters("bounces")
        if not name.startswith(NOT_BOUNCES) and (message := parse(octets, LIMITS)).report is not None
    ]
    assert len(reports) >= 590
    assert sum("@" in report.final_recipient for report in reports) >= 0.9 * len(reports)


def test_feedback_and_automatic_replies_are_recognised() -> None:
    replies = [kind(octets) for name, octets in letters("bounces") if name.startswith("rfc3834-")]
    feedback = [kind(octets) for name, octets in letters("bounces") if name.startswith("arf-")]
    assert set(replies) == {Kind.AUTO_REPLY}
    assert feedback.count(Kind.FEEDBACK) >= 0.75 * len(feedback)


def test_ordinary_mail_is_not_taken_for_a_bounce() -> None:
    wrong: list[str] = []
    total = 0
    for folder in ("imap_tools", "webklex", "stalwart", "mail-parser", "talon", "cpython"):
        for name, octets in letters(folder):
            total += 1
            if kind(octets) is Kind.DELIVERY_REPORT and f"{folder}/{name}" not in BOUNCES_ELSEWHERE:
                wrong.append(f"{folder}/{name}")
    assert len(wrong) <= 0.005 * total, wrong


def words(text: str) -> str:
    return " ".join(text.split())


CHECKS = {
    "subject": 0.96,
    "from_addr": 0.97,
    "from_name": 0.95,
    "date": 0.98,
    "natts": 0.92,
    "attnames": 0.92,
    "attsha": 0.82,
}
"""Shares that must agree. The rest are differences of opinion: attached messages are files for us, not text."""


def agrees(field: str, expected: Any, message: Message) -> bool:
    if field == "subject":
        return words(message.subject) == words(expected)
    if field == "from_addr":
        return message.sender.addr.lower() == str(expected).lower()
    if field == "from_name":
        return words(message.sender.name) == words(expected)
    if field == "date":
        return message.date is not None and message.date.strftime("%Y-%m-%dT%H:%M:%S") == str(expected)
    if field == "natts":
        return len(message.attachments) == int(expected)
    if field == "attnames":
        ours = {attachment.name for attachment in message.attachments}
        return all(name.replace("\\", "/").rpartition("/")[2] in ours for name in expected)
    digests = {hashlib.sha1(attachment.content).hexdigest() for attachment in message.attachments}
    return digests >= set(expected)


def test_what_other_parsers_expect_is_met() -> None:
    asked: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for line in (FOLDER / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        path = FOLDER / row["file"]
        if not path.exists():
            continue
        message = parse(path.read_bytes(), LIMITS)
        for field in CHECKS.keys() & row.keys():
            if row[field] != []:
                asked[field] += 1
                met[field] += agrees(field, row[field], message)
    assert {field for field, share in CHECKS.items() if met[field] < share * asked[field]} == set()


def test_answers_in_replies_are_cut_as_their_authors_expect() -> None:
    for name, octets in letters("talon"):
        message = parse(octets, LIMITS)
        if name != "reply-quotations-share-block.eml":
            assert message.new_text == "Hello", name


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("zapier-email_1_4.txt", "Awesome! I haven't had another problem with it."),
        ("zapier-email_2_1.txt", "Outlook with a reply"),
        ("zapier-email_2_2.txt", "Outlook with a reply directly above line"),
        ("zapier-email_gmail.txt", "This is a test for inbox replying to a github message."),
        ("zapier-email_iPhone.txt", "Here is another email"),
        ("zapier-email_BlackBerry.txt", "Here is another email"),
        ("zapier-email_1_7.txt", ":+1:"),
        ("zapier-email_headers_no_delimiter.txt", "And another reply!"),
        ("zapier-correct_sig.txt", "this is an email with a correct -- signature."),
    ],
)
def test_plain_replies_are_cut_as_their_authors_expect(name: str, new: str) -> None:
    text = (FOLDER / "replies" / name).read_text(encoding="utf-8", errors="replace")
    assert words(split_quotation(text)[0]) == new
