"""What servers said, made fit for a record."""

import pytest

from daemon.wire.text import REPLY_CHARS, clean, disguises


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  two\r\n  lines\t", "two lines"),
        ("\x1b[31mred\x07\x00", "[31mred"),
        ("lone \udcff surrogate", "lone surrogate"),
        ("right\u202eleft", "right left"),
        ("Қабылданды", "Қабылданды"),
        ("x" * 2_000, "x" * REPLY_CHARS),
        ("", ""),
    ],
)
def test_a_reply_becomes_one_line(said: str, kept: str) -> None:
    assert clean(said) == kept


@pytest.mark.parametrize(
    "echo", ["AUTH PLAIN AG1lAGEiYlxj", 'LOGIN me "a\\"b\\\\c"', 'USER a"b\\c', "AUTH LOGIN YSJiXGM="]
)
def test_a_password_is_hidden_in_every_disguise(echo: str) -> None:
    shown = clean(echo, *disguises("me", 'a"b\\c'))
    assert "***" in shown
    assert not any(form in shown for form in disguises("me", 'a"b\\c'))


def test_an_empty_password_hides_nothing() -> None:
    assert clean("anything", *disguises("me", "")) == "anything"
