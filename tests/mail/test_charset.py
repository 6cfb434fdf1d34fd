"""Cyrillic and Kazakh always arrive: charsets by evidence, mojibake put right, nothing else touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.mail.charset import CYRILLIC, decode
from daemon.mail.charset_names import codec_of
from daemon.mail.mojibake import repair

RUSSIAN = (
    "Привет",
    "Не работает личный кабинет",
    "Заявка на участие в торгах № 15",
    "Ошибка при оплате лота 1234",
    "Иван Петров",
    "Срочно! Торги завтра, а протокола нет.",
    "ПРОШУ ПРОВЕРИТЬ СТАТУС ЗАЯВКИ",
)
KAZAKH = (
    "Сәлеметсіз бе",
    "Өтінім қабылданбайды",
    "Жеке кабинетке кіре алмаймын",
    "Құрметті әріптестер, аукцион қашан басталады?",
    "Электрондық қолтаңба жұмыс істемейді",
)
KAZAKH_CHARSETS = ("utf-8", "kz1048", "ptcp154")
SAID = ("", "utf-8", "us-ascii", "iso-8859-1", "none", "x-unknown", "unknown-8bit")


@pytest.mark.parametrize("charset", ["utf-8", *CYRILLIC])
@pytest.mark.parametrize("said", SAID)
def test_russian_arrives_whatever_was_said(charset: str, said: str) -> None:
    for text in RUSSIAN:
        octets = text.replace("№", "N").encode(charset)
        if (charset, text) in _AMBIGUOUS:
            continue
        assert decode(octets, said).text == text.replace("№", "N")


_AMBIGUOUS = {("mac-cyrillic", "Срочно! Торги завтра, а протокола нет.")}
"""Mac capitals at word ends are quotation marks in Windows-1251: a hint of the language does not decide these two."""


@pytest.mark.parametrize("charset", KAZAKH_CHARSETS)
@pytest.mark.parametrize("said", SAID)
def test_kazakh_arrives_whatever_was_said(charset: str, said: str) -> None:
    for text in KAZAKH:
        assert decode(text.encode(charset), said).text == text


@pytest.mark.parametrize("charset", ["utf-8", *CYRILLIC])
def test_a_true_declaration_is_believed(charset: str) -> None:
    for text in (*RUSSIAN, *KAZAKH):
        octets = text.encode(charset, "ignore")
        assert decode(octets, charset).text == octets.decode(charset)


@pytest.mark.parametrize("charset", ["kz1048", "ptcp154"])
def test_kazakh_declared_as_windows_1251_arrives(charset: str) -> None:
    for text in KAZAKH:
        assert decode(text.encode(charset), "windows-1251").text == text


@pytest.mark.parametrize(
    "text",
    [
        "Добрий день, не працює особистий кабінет, її заявка не з'являється",
        "Скажіть, будь ласка, коли почнуться торги? Ми маємо надіслати їм лист.",
        "Своєчасно сплачений внесок не відображається у кабінеті, є питання",
    ],
)
def test_ukrainian_in_windows_1251_stays_ukrainian(text: str) -> None:
    assert decode(text.encode("cp1251"), "windows-1251").text == text
    assert decode(text.encode("cp1251"), "").text == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("win-1251", "cp1251"),
        ("windows1251", "cp1251"),
        ("CP-1251", "cp1251"),
        ("ansi-1251", "cp1251"),
        ("x-cp1251", "cp1251"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("koi8r", "koi8-r"),
        ("KOI8-R", "koi8-r"),
        ("dos-866", "cp866"),
        ("ibm866", "cp866"),
        ("ISO_8859-5", "iso8859-5"),
        ("cp154", "ptcp154"),
        ("RK1048", "kz1048"),
        ('"utf8"', "utf-8"),
        ("utf-8*ru", "utf-8"),
        ("gb2312", "gb18030"),
        ("idna", ""),
        ("zlib", ""),
        ("undefined", ""),
        ("unicode_escape", ""),
        ("utf-8\x00", "utf-8"),
        ("no-such-charset", ""),
        ("", ""),
    ],
)
def test_names_of_charsets_are_understood(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize("text", ["Füße und Grüße aus Köln", "Café naïve, déjà vu", "Olá, não recebi a mensagem"])
@pytest.mark.parametrize("said", ["", "us-ascii", "iso-8859-1", "windows-1252"])
def test_western_text_stays_western(text: str, said: str) -> None:
    assert decode(text.encode("cp1252"), said).text == text


def test_a_false_declaration_is_set_aside_and_noted() -> None:
    decoded = decode(RUSSIAN[1].encode("koi8-r"), "windows-1251")
    assert (decoded.text, decoded.codec, decoded.guessed) == (RUSSIAN[1], "koi8-r", True)


def test_utf8_cut_inside_a_character_is_still_utf8() -> None:
    octets = "Не работает личный кабинет".encode()[:-1]
    assert decode(octets, "utf-8").text == "Не работает личный кабине\ufffd"


def test_a_byte_order_mark_is_believed_first() -> None:
    assert decode("Привет".encode("utf-16"), "windows-1251").text == "Привет"
    assert decode(b"\xef\xbb\xbf" + "Привет".encode(), "koi8-r").text == "Привет"


@pytest.mark.parametrize("read_as", ["cp1251", "cp1252", "latin-1", "cp866", "koi8-r"])
@pytest.mark.parametrize("text", RUSSIAN + KAZAKH)
def test_utf8_read_in_a_wrong_charset_is_put_right(text: str, read_as: str) -> None:
    spoilt = "".join(bytes([octet]).decode(read_as, "ignore") or chr(octet) for octet in text.encode())
    assert repair(spoilt) == text


@pytest.mark.parametrize(
    ("really", "read_as"), [("cp1251", "latin-1"), ("cp1251", "koi8-r"), ("koi8-r", "cp1251"), ("koi8-r", "latin-1")]
)
def test_one_charset_read_as_another_is_put_right(really: str, read_as: str) -> None:
    text = "Не работает личный кабинет, прошу помочь"
    assert repair(text.encode(really).decode(read_as)) == text


@pytest.mark.parametrize(
    "text",
    [
        *RUSSIAN,
        *KAZAKH,
        "Добрий день, не працює особистий кабінет",
        "Здравейте, колеги, имам въпрос относно поръчката",
        "Ассалому алайкум, ҳурматли ҳамкасблар",
        "Füße und Grüße aus Köln",
        "Ünlü öğretmen",
        "日本語のメール",
        "СРСР, РСФСР и т. д.",
        "Ð is a letter of Icelandic",
    ],
)
def test_text_that_is_right_is_left_alone(text: str) -> None:
    assert repair(text) is None


@given(octets=st.binary(max_size=300), said=st.one_of(st.sampled_from(SAID + CYRILLIC), st.text(max_size=20)))
@settings(max_examples=300, deadline=None)
def test_any_octets_give_text(octets: bytes, said: str) -> None:
    text = decode(octets, said).text
    repaired = repair(text)
    assert isinstance(text, str)
    assert repaired is None or isinstance(repaired, str)
