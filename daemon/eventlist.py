"""The list of log events, made from the functions of `daemon.log`, so that page and code cannot differ."""

import inspect
from collections.abc import Iterator

from daemon import log


def lines() -> Iterator[str]:
    """The page in Markdown: each function, what it says, its keys."""
    yield "# Log events"
    yield ""
    yield "Made by `python -m daemon events`. Every line also has `at`, `level`, `runner` and `event`."
    yield ""
    yield "| function of `daemon.log` | says | keys |"
    yield "|---|---|---|"
    for name, function in inspect.getmembers(log, inspect.isfunction):
        if name.startswith("_") or name == "set_up" or function.__module__ != log.__name__:
            continue
        says = " ".join((inspect.getdoc(function) or "").split())
        keys = ", ".join(inspect.signature(function).parameters)
        yield f"| `{name}` | {says} | {keys} |"
