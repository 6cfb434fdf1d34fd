"""The command line: `python -m daemon …`, console script `e-sauda-support`.

Exit codes: 0 well; 1 the thing asked for is not well or not there; 2 wrong use, or the store cannot be read; 78 faults
in configuration, rules or templates (all of them, with file and line, on standard error).
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from daemon import eventlist, service
from daemon.check import check
from daemon.config import load
from daemon.desk.faults import Faulty
from daemon.desk.judge import Knowledge
from daemon.desk.policy import Policy, policy
from daemon.knowledge import knowledge
from daemon.settings import ROOT, Config, shared
from daemon.store import silence
from daemon.store.connection import StoreUnavailable
from daemon.watch import explain, health, judging, letters, score
from daemon.workplace import rulebook, text_of, utc_now, with_knowledge, workplace

WELL, UNWELL, MISUSED = 0, 1, 2
HOLDS = {"hold": "held", "release": "released"}
MODELS = ROOT / "var" / "models"
"""Where `judge` keeps the trained model when no configuration names a folder."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "events":
            return _print(eventlist.lines())
        if options.command == "judge":
            return _judge(options)
        if options.command == "train":
            _known(options)
            return WELL
        config = load(Path(options.config))
        return _COMMANDS[options.command](config, options)
    except Faulty as error:
        return service.print_faults(error)
    except StoreUnavailable as error:
        sys.stderr.write(f"the store cannot be used now: {error}\n")
        return MISUSED
    except LookupError as error:
        sys.stderr.write(f"{error}\n")
        return UNWELL
    except BrokenPipeError:
        return WELL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="e-sauda-support", description="The e-mail support desk of E-SAUDA.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, says: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=says, description=says)
        made.add_argument("--config", default="esauda.toml", help="the configuration (default: esauda.toml)")
        return made

    run = command("run", "run the daemon: all three runners, or the one named")
    run.add_argument("role", nargs="?", choices=service.ROLES, help="only this runner")
    command("check", "find all faults of configuration, rules, templates and data")
    status = command("status", "counts and ages of everything unfinished; the exit code is for monitoring")
    status.add_argument("--json", action="store_true", help="as JSON")
    tickets = command("tickets", "list tickets, or show one")
    tickets.add_argument("what", choices=("list", "show", "hold", "release"))
    tickets.add_argument("number", nargs="?", help="registration number; `hold` keeps silence from closing it (C.6)")
    tickets.add_argument("--limit", type=int, default=50, help="tickets listed (default: 50)")
    outbox = command("outbox", "list letters, or change their state")
    outbox.add_argument("what", choices=("list", "retry", "hold", "drop", "release"))
    outbox.add_argument("ids", nargs="*", type=int, help="letters; `release` also closes the breaker and takes none")
    outbox.add_argument("--state", default="", help="for `list`: only this state")
    explained = command("explain", "explain a saved message or a ticket, step by step")
    explained.add_argument("what", help="a file such as letter.eml, or a registration number")
    judged = commands.add_parser("judge", help="judge messages given as JSON Lines, one JSON object for each")
    judged.add_argument("--config", default="", help="take rules and data from this configuration's folders")
    judged.add_argument("file", help="the file, or - for standard input")
    judged.add_argument("--score", action="store_true", help="the file is labelled: print how well it was judged")
    judged.add_argument("--plot", default="", help="with --score: write the trade-off of deciding alone as an SVG")
    trained = commands.add_parser("train", help="train the judge's model now, with progress")
    trained.add_argument("--config", default="", help="keep the model for this configuration")
    commands.add_parser("events", help="the list of log events, made from the code")
    return parser


def _run(config: Config, options: argparse.Namespace) -> int:
    if options.role:
        service.run_one(config, options.role)
        return WELL
    return service.run_all(config)


def _check(config: Config, _options: argparse.Namespace) -> int:
    return _print(check(config))


def _status(config: Config, options: argparse.Namespace) -> int:
    service.open_store(config)
    now = utc_now()
    picture = health.health(config, now)
    if options.json:
        _print([json.dumps(health.as_dict(picture), ensure_ascii=False)])
    else:
        _print(health.lines(picture, now))
    return picture.exit_code


def _tickets(config: Config, options: argparse.Namespace) -> int:
    service.open_store(config)
    if options.what == "list":
        return _print(explain.tickets(options.limit))
    if not options.number:
        raise LookupError(f"`tickets {options.what}` wants a registration number")
    if options.what in HOLDS:
        silence.hold(options.number, HOLDS[options.what], utc_now())
        return _print([f"{options.number} is {HOLDS[options.what]}"])
    return _print(explain.explain_ticket(options.number))


def _outbox(config: Config, options: argparse.Namespace) -> int:
    service.open_store(config)
    if options.what == "list":
        return _print(letters.lines(options.state))
    if options.what == "release":
        return _print([letters.release(utc_now())])
    if not options.ids:
        raise LookupError(f"`outbox {options.what}` wants the numbers of letters; see `outbox list`")
    return _print([letters.change(options.what, options.ids, utc_now())])


def _explain(config: Config, options: argparse.Namespace) -> int:
    service.open_store(config)
    file = Path(options.what)
    if not file.is_file():
        return _print(explain.explain_ticket(options.what))
    tools = with_knowledge(
        workplace(config, rulebook(config)), knowledge(config.rules, config.data, config.models, _progress)
    )
    return _print(explain.explain_octets(tools, file.read_bytes()))


def _known(options: argparse.Namespace) -> tuple[Knowledge, Policy]:
    """What judges: the shipped rules and data, unless `--config` names others."""
    config = load(Path(options.config)) if options.config else None
    rules, data = (config.rules, config.data) if config else (shared("rules"), shared("data"))
    decisions = rules / "decisions.yaml"
    known = knowledge(rules, data, config.models if config else MODELS, _progress)
    return known, policy(text_of(decisions), decisions)


def _judge(options: argparse.Namespace) -> int:
    known, decisions = _known(options)
    file = Path(options.file)
    text = sys.stdin.read() if options.file == "-" else text_of(file)
    records = judging.read_records(text.splitlines(), file)
    if not options.score:
        answers = (judging.judged(record, known, decisions) for record in records)
        return _print(json.dumps(answer, ensure_ascii=False) for answer in answers)
    pairs = [(record, judging.judged(record, known, decisions)) for record in records]
    if options.plot:
        Path(options.plot).write_text(score.plot(pairs), encoding="utf-8")
    return _print([score.tables(pairs)])


_COMMANDS = {
    "run": _run,
    "check": _check,
    "status": _status,
    "tickets": _tickets,
    "outbox": _outbox,
    "explain": _explain,
}


def _progress(step: str) -> None:
    sys.stderr.write(f"{step}\n")


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return WELL
