"""The list of log events, made by calling each function of `daemon.log`, so that page and code cannot differ."""

import inspect
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daemon import log

ALWAYS = ("at", "level", "runner", "event")
"""Keys of every line."""
_SAMPLES: Mapping[type, object] = {str: "", int: 0, float: 0.0, bool: False}


class _Collector(logging.Handler):
    """Keeps the lines instead of writing them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(record.getMessage()))


def functions() -> list[tuple[str, Callable[..., None]]]:
    """The event functions by name."""
    found = inspect.getmembers(log, inspect.isfunction)
    return [
        (name, function)
        for name, function in found
        if function.__module__ == log.__name__ and not name.startswith("_") and name != "set_up"
    ]


def sample(function: Callable[..., None]) -> dict[str, object]:
    """Arguments that mean nothing, one for each parameter."""
    parameters = inspect.signature(function).parameters.values()
    return {parameter.name: _SAMPLES[parameter.annotation] for parameter in parameters}


def lines() -> Iterator[str]:
    """The page in Markdown: each event, what it says, its keys."""
    yield "# Log events"
    yield ""
    yield "Made by `python -m daemon events`. Every line is JSON and has `at`, `level`, `runner` and `event`."
    yield ""
    yield "| event | says | further keys |"
    yield "|---|---|---|"
    for _, function in functions():
        says = " ".join((inspect.getdoc(function) or "").split())
        line = _line(function)
        keys = ", ".join(f"`{key}`" for key in line if key not in ALWAYS)
        yield f"| `{line['event']}` | {says} | {keys} |"


def _line(function: Callable[..., None]) -> dict[str, Any]:
    """The line that `function` writes."""
    logger, collector = logging.getLogger(log.LOGGER), _Collector()
    before = logger.handlers, logger.level, logger.propagate
    logger.handlers, logger.propagate = [collector], False
    logger.setLevel(logging.INFO)
    try:
        function(**sample(function))
    finally:
        logger.handlers, _, logger.propagate = before
        logger.setLevel(before[1])
    return collector.lines[0]
