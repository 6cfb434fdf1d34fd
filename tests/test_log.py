"""The log: one JSON line for each event, fixed keys, addresses masked on request; its page made from the code."""

import inspect
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon import eventlist, log

EVENTS = dict(eventlist.functions())
PAGE = Path(__file__).parent.parent / "docs" / "events.md"
ALWAYS = ["at", "level", "runner", "event"]
SAMPLES: dict[type, object] = {str: "text", int: 7, float: 1.23456, bool: True}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., io.StringIO]]:
    """Sets the log up on a stream of the test's and gives it back as it was."""
    logger = logging.getLogger(log.LOGGER)
    before = logger.handlers, logger.level, logger.propagate
    stream = io.StringIO()

    def set_up(runner: str = "intake", *, mask: bool = False) -> io.StringIO:
        monkeypatch.setattr("sys.stdout", stream)
        log.set_up(runner, mask=mask)
        return stream

    yield set_up
    logger.handlers, _, logger.propagate = before
    logger.setLevel(before[1])
    monkeypatch.setattr(log, "_mask", False)
    monkeypatch.setattr(log, "_runner", "")


def arguments(function: Callable[..., None], **given: object) -> dict[str, object]:
    parameters = inspect.signature(function).parameters.values()
    return {parameter.name: SAMPLES[parameter.annotation] for parameter in parameters} | given


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_one_json_line_that_begins_with_the_keys_of_all(
    written: Callable[..., io.StringIO], name: str
) -> None:
    stream = written()
    EVENTS[name](**arguments(EVENTS[name]))
    (line,) = lines(stream)
    assert list(line)[:4] == ALWAYS
    assert line["runner"] == "intake"
    assert line["level"] in {"info", "warning", "error"}
    assert line["event"].replace(".", "_") == name


@pytest.mark.parametrize("name", EVENTS)
def test_the_keys_of_an_event_are_fixed_whatever_its_values(written: Callable[..., io.StringIO], name: str) -> None:
    stream = written()
    EVENTS[name](**arguments(EVENTS[name]))
    EVENTS[name](**eventlist.sample(EVENTS[name]))
    first, second = lines(stream)
    assert list(first) == list(second)


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith(("message_", "letter_", "junk_"))])
def test_what_is_about_a_message_or_letter_has_its_correlation_id(
    written: Callable[..., io.StringIO], name: str
) -> None:
    stream = written()
    EVENTS[name](**arguments(EVENTS[name], trace="0123456789abcdef"))
    assert lines(stream)[0]["trace"] == "0123456789abcdef"


PERSONAL = {"sender", "subject", "to", "reply", "reason", "error", "detail"}


@pytest.mark.parametrize(
    "name", [name for name in EVENTS if PERSONAL & set(inspect.signature(EVENTS[name]).parameters)]
)
def test_masked_no_address_shows_in_any_key_of_any_event(written: Callable[..., io.StringIO], name: str) -> None:
    texts = {key: f"550 <asel.nurlanova@example.kz>: no {key}" for key in ("reply", "reason", "error", "detail")}
    given = {"sender": "asel.nurlanova@example.kz", "to": "asel.nurlanova@example.kz", "subject": "Ипотека", **texts}
    known = inspect.signature(EVENTS[name]).parameters
    kept = {key: value for key, value in given.items() if key in known}
    stream = written(mask=True)
    EVENTS[name](**arguments(EVENTS[name], **kept))
    assert "nurlanova" not in stream.getvalue()
    assert "Ипотека" not in stream.getvalue()
    assert "***" in stream.getvalue()
    open_stream = written(mask=False)
    EVENTS[name](**arguments(EVENTS[name], **kept))
    assert "nurlanova" in open_stream.getvalue() or set(kept) == {"subject"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("asel@example.kz", "a***@example.kz"),
        ("550 5.1.1 <asel@example.kz>: unknown", "550 5.1.1 <a***@example.kz>: unknown"),
        ("a@example.kz, b@example.org", "a***@example.kz, b***@example.org"),
        ("no address at all", "no address at all"),
        ("@", "@"),
        ("", ""),
    ],
)
def test_a_masked_address_keeps_its_first_letter_and_its_domain(
    written: Callable[..., io.StringIO], text: str, masked: str
) -> None:
    stream = written(mask=True)
    log.alarm(name="n", detail=text)
    assert lines(stream)[0]["detail"] == masked


def test_letters_of_every_alphabet_are_written_as_they_are(written: Callable[..., io.StringIO]) -> None:
    stream = written()
    log.alarm(name="n", detail="Қазақша\nстрока")
    assert "Қазақша\\nстрока" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_a_closed_stream_costs_a_line_and_not_the_work(
    written: Callable[..., io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    written().close()
    log.alarm(name="n", detail="d")


def test_the_page_of_events_is_the_one_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join(eventlist.lines()) + "\n"


def test_the_page_names_every_event_with_the_keys_it_writes(written: Callable[..., io.StringIO]) -> None:
    stream = written()
    for function in EVENTS.values():
        function(**arguments(function))
    page = PAGE.read_text(encoding="utf-8")
    for line in lines(stream):
        row = next(row for row in page.splitlines() if row.startswith(f"| `{line['event']}` |"))
        assert row.endswith("| " + ", ".join(f"`{key}`" for key in line if key not in ALWAYS) + " |")


def test_making_the_page_leaves_the_log_as_it_was(written: Callable[..., io.StringIO]) -> None:
    stream = written()
    list(eventlist.lines())
    assert stream.getvalue() == ""
    log.alarm(name="n", detail="d")
    assert len(lines(stream)) == 1
