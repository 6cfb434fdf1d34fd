"""The sample letters: their number and kinds, and that they are what they claim to be."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from functools import cache

import pytest

from daemon.demo.letters import NEEDS_REPLY, SampleLetter, follow_ups, sample_letters
from daemon.demo.letters.build import screenshot

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BROKEN = {"broken_mime", "windows_1251", "koi8_r"}
NUMBER = "ES-2026-000123-4"


def reply(key: str) -> bytes:
    return (
        "Return-Path: <info+b1@e-sauda.kz>\r\n"
        "From: E-SAUDA <info@e-sauda.kz>\r\n"
        "Reply-To: info+token@e-sauda.kz\r\n"
        f"Subject: [{NUMBER}] Re: {key}\r\n"
        f"Message-ID: <{key}@e-sauda.kz>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
        "Ваше обращение зарегистрировано.\r\n"
    ).encode()


@cache
def letters() -> dict[str, SampleLetter]:
    first = sample_letters(NOW)
    second = follow_ups({key: reply(key) for key in NEEDS_REPLY}, NOW + timedelta(minutes=5))
    return {letter.key: letter for letter in [*first, *second]}


def parsed(key: str) -> EmailMessage:
    message = message_from_bytes(letters()[key].octets, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(key: str) -> str:
    body = parsed(key).get_body(("plain", "html"))
    assert body
    return str(body.get_content())


def test_there_are_25_to_40_letters_each_with_a_key_and_a_line_of_its_own() -> None:
    first = sample_letters(NOW)
    second = follow_ups({key: reply(key) for key in NEEDS_REPLY}, NOW)
    everything = [*first, *second]
    assert 25 <= len(everything) <= 40
    assert len({letter.key for letter in everything}) == len({letter.says for letter in everything}) == len(everything)


def test_every_letter_but_the_duplicate_is_another() -> None:
    octets = [letter.octets for key, letter in letters().items() if key != "duplicate"]
    assert len(set(octets)) == len(octets)
    assert letters()["duplicate"].octets == letters()["question_ru"].octets


def test_the_same_time_gives_the_same_octets_and_another_time_other_ids() -> None:
    assert sample_letters(NOW) == sample_letters(NOW)
    later = {message_from_bytes(letter.octets)["Message-ID"] for letter in sample_letters(NOW + timedelta(days=1))}
    assert later.isdisjoint({message_from_bytes(letter.octets)["Message-ID"] for letter in sample_letters(NOW)})


def test_the_letters_come_in_three_languages_and_in_both_scripts_of_kazakh() -> None:
    assert "ғ" in text_of("question_kk")
    assert "Кепілдік" in str(parsed("question_kk")["Subject"])
    assert text_of("question_kk_latin").isascii()
    assert not set("әғқңөұүһі") & set(text_of("question_kk_plain").lower())
    assert text_of("question_en").isascii()


@pytest.mark.parametrize("key", sorted(set(letters()) - BROKEN))
def test_a_letter_that_is_meant_whole_has_no_defect(key: str) -> None:
    message = parsed(key)
    assert [part.defects for part in message.walk() if part.defects] == []
    assert message["From"].addresses[0].addr_spec
    assert str(message["Message-ID"]).startswith("<")


@pytest.mark.parametrize("key", sorted(letters()))
def test_a_letter_has_example_addresses_and_a_date_of_today_and_whole_lines(key: str) -> None:
    letter = letters()[key]
    author = letter.octets.partition(b"From:")[2].partition(b"\r\n")[0].rstrip(b">")
    assert author.endswith((b"example.kz", b"example.com", b"example.org"))
    assert letter.client.endswith(("example.kz", "example.com", "example.org"))
    then = parsedate_to_datetime(str(message_from_bytes(letter.octets)["Date"]))
    assert timedelta(0) <= NOW + timedelta(minutes=5) - then < timedelta(hours=2)
    assert letter.octets.count(b"\n") == letter.octets.count(b"\r\n")
    assert all(len(line) <= 998 for line in letter.octets.split(b"\r\n"))


@pytest.mark.parametrize(("key", "charset"), [("windows_1251", "windows-1251"), ("koi8_r", "koi8-r")])
def test_an_old_charset_stands_raw_in_header_and_body(key: str, charset: str) -> None:
    octets = letters()[key].octets
    assert not octets.isascii()
    assert "Добр" in octets.decode(charset) or "Здравствуйте" in octets.decode(charset)
    with pytest.raises(UnicodeDecodeError):
        octets.decode("utf-8")


def test_the_screenshot_is_a_png_of_a_few_hundred_octets() -> None:
    (picture,) = [part for part in parsed("defect_screenshot").walk() if part.get_content_type() == "image/png"]
    assert picture.get_filename() == "снимок экрана.png"
    content = picture.get_payload(decode=True)
    assert content == screenshot()
    assert screenshot().startswith(b"\x89PNG\r\n\x1a\n")
    assert len(screenshot()) < 2_000


def test_the_broken_letter_is_broken() -> None:
    assert parsed("broken_mime").defects


def test_the_empty_letter_is_empty() -> None:
    message = parsed("empty")
    assert message["Subject"] is None
    assert message.get_payload() == ""


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("newsletter", "List-Id", "digest"),
        ("newsletter", "List-Unsubscribe", "unsubscribe"),
        ("newsletter", "Precedence", "bulk"),
        ("out_of_office", "Auto-Submitted", "auto-replied"),
        ("out_of_office", "In-Reply-To", "<question_en@e-sauda.kz>"),
        ("bounce", "Content-Type", "delivery-status"),
        ("bounce", "To", "info+b1@e-sauda.kz"),
        ("follow_up", "In-Reply-To", "<defect_ru_lacking@e-sauda.kz>"),
        ("follow_up", "References", "<defect_ru_lacking@e-sauda.kz>"),
        ("follow_up", "To", "info+token@e-sauda.kz"),
        ("follow_up", "Subject", NUMBER),
        ("solved", "In-Reply-To", "<question_kk@e-sauda.kz>"),
        ("forged_number", "Subject", NUMBER),
        ("question_mixed", "Reply-To", "tender@tamyr.example.kz"),
    ],
)
def test_a_letter_carries_the_field_that_makes_its_kind(key: str, field: str, value: str) -> None:
    assert value in str(parsed(key)[field])


def test_machines_write_with_the_null_reverse_path() -> None:
    assert [key for key, letter in letters().items() if not letter.sender] == ["out_of_office", "bounce"]


def test_the_follow_up_quotes_our_letter_below_the_new_words() -> None:
    new, _, quoted = text_of("follow_up").partition("E-SAUDA <info@e-sauda.kz>:")
    assert "71582" in new
    assert "> Ваше обращение зарегистрировано." in quoted


def test_the_forged_letter_comes_from_a_stranger_and_answers_nothing() -> None:
    message = parsed("forged_number")
    assert message["In-Reply-To"] is None
    assert letters()["forged_number"].client not in {letters()[key].client for key in NEEDS_REPLY}


def test_the_bounce_holds_the_report_and_our_letter() -> None:
    kinds = [part.get_content_type() for part in parsed("bounce").walk()]
    assert "message/delivery-status" in kinds
    assert b"Message-ID: <question_kk_latin@e-sauda.kz>" in letters()["bounce"].octets


def test_the_invitation_asks_for_an_answer_to_a_meeting() -> None:
    (part,) = [part for part in parsed("invitation").walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"


def test_the_second_phase_says_which_answer_is_missing_or_has_no_number() -> None:
    replies = {key: reply(key) for key in NEEDS_REPLY}
    with pytest.raises(KeyError, match="question_kk"):
        follow_ups({key: octets for key, octets in replies.items() if key != "question_kk"}, NOW)
    without = replies["defect_screenshot"].replace(NUMBER.encode(), b"")
    with pytest.raises(ValueError, match="no registration number"):
        follow_ups({**replies, "defect_screenshot": without}, NOW)
