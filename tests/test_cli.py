"""The command line on a small prepared store: exit codes and what is said."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon import cli
from daemon.desk.decision import Advance, Fate, Lane, Outcome
from daemon.desk.letters import Letter as Kind
from daemon.desk.ticket import Event, State
from daemon.settings import ROOT, shared
from daemon.store import alarms, due, journal, outbox
from daemon.store.models import Letter
from tests.desk.cases import OPERATOR, message
from tests.installation import KEY
from tests.store.desks import (
    SQLITE,
    close_store,
    decided,
    decision,
    empty_store,
    inbox,
    leased,
    open_store,
    opening,
    receipt,
)
from tests.trained import shared_folder, trained_models

NOW = datetime.now(UTC).replace(microsecond=0)
CONFIG = """\
[service]
mode = "{mode}"
address = "info@e-sauda.kz"
operators = ["operator@e-sauda.kz"]
manager = "manager@e-sauda.kz"
quality = "quality@e-sauda.kz"
[imap]
host = "127.0.0.1"
user = "info@e-sauda.kz"
[smtp]
host = "127.0.0.1"
[paths]
state = "."
[database]
url = "sqlite:///desk.sqlite3"
"""
LETTER = """\
From: Asel <asel@example.kz>
To: info@e-sauda.kz
Subject: =?utf-8?B?0JLQvtC/0YDQvtGB?=
Message-ID: <1@example.kz>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Здравствуйте! Подскажите, пожалуйста, как подать заявку на участие в аукционе?
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation: configuration, secrets, and an open, empty store."""
    (tmp_path / "esauda.toml").write_text(CONFIG.format(mode="auto"), encoding="utf-8")
    monkeypatch.setenv("ESAUDA_IMAP_PASSWORD", "secret")
    monkeypatch.setenv("ESAUDA_TOKEN_KEYS", KEY)
    empty_store(tmp_path, SQLITE)
    open_store(tmp_path)
    yield tmp_path
    close_store()


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command; gives exit code, standard output, standard error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = cli.main([*arguments, "--config", str(folder / "esauda.toml")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def number(folder: Path) -> str:
    """The number of a registered request whose receipt waits."""
    return decided(1, decision(opening(), receipt()), message(message_id="<1@example.kz>"), now=NOW)


def passed() -> None:
    journal.passed(inbox(), NOW)


def test_check_says_what_was_read_and_that_there_is_no_fault(run: Run) -> None:
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert "mode auto, mailbox info@e-sauda.kz at 127.0.0.1" in out
    assert "no faults" in out


def test_check_finds_all_faults_of_all_files_and_exits_78(run: Run, folder: Path) -> None:
    for name in ("rules", "templates", "data"):
        copy_tree(shared(name), folder / name)
    spoil(folder / "rules" / "decisions.yaml", "wish: {action: register", "wish: {action: reject")
    spoil(folder / "rules" / "machine.yaml", "kind: delivery_report", "kind: postcard")
    spoil(folder / "templates" / "kk" / "declined.txt.j2", "{{ number }}", "{{ numbr }}")
    spoil(folder / "data" / "helpcentre.yaml", "url: ", "address: ")
    (folder / "rules" / "intents.yaml").unlink()
    settings = 'state = "."\nrules = "rules"\ntemplates = "templates"\ndata = "data"'
    spoil(folder / "esauda.toml", 'state = "."', settings)
    code, out, err = run("check")
    assert (code, out) == (78, "")
    for file in ("decisions.yaml:", "machine.yaml:", "declined.txt.j2", "helpcentre.yaml:", "intents.yaml"):
        assert file in err
    assert err.rstrip().endswith("faults found; nothing was started.")


def test_a_corpus_that_is_not_there_is_a_fault_and_no_crash(run: Run, folder: Path) -> None:
    copy_tree(shared("data"), folder / "data")
    for file in (folder / "data" / "corpus").glob("*.jsonl"):
        file.unlink()
    spoil(folder / "esauda.toml", 'state = "."', 'state = "."\ndata = "data"')
    code, _, err = run("check")
    assert code == 78
    assert "there is no *.jsonl to learn from" in err


@pytest.mark.parametrize("command", [("check",), ("status",), ("tickets", "list"), ("run", "timers")])
def test_every_command_refuses_a_faulty_configuration(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    (folder / "esauda.toml").write_text(CONFIG.format(mode="autopilot").replace("[imap]", "[imap]\nport = 0"))
    code, out, err = run(*command)
    assert (code, out) == (78, "")
    assert "esauda.toml:2: `service.mode`" in err
    assert err.rstrip().endswith("nothing was started.")


def test_a_configuration_that_is_not_there_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--config", "/nowhere/esauda.toml"]) == 78
    assert "cannot be read" in capsys.readouterr().err


def test_status_of_a_desk_where_all_is_well(run: Run, folder: Path) -> None:
    passed()
    code, out, _ = run("status")
    assert code == 0
    assert out.rstrip().endswith("all is well")


def test_status_without_a_complete_pass_is_not_well(run: Run) -> None:
    code, out, _ = run("status")
    assert code == 1
    assert "FAULT: no complete pass over the mailbox" in out


def test_status_counts_every_unfinished_state_and_says_since_when(run: Run, number: str) -> None:
    passed()
    code, out, _ = run("status", "--json")
    assert code == 0
    picture = json.loads(out)
    counted = {(it["what"], it["state"]): it["count"] for it in picture["counts"]}
    assert {state for what, state in counted if what == "letter"} == set(outbox.STATES) - outbox.TERMINAL
    assert {state for what, state in counted if what == "ticket"} == set(State) - {State.CLOSED}
    assert (counted["ticket", "new"], counted["letter", "queued"], counted["message", "undecided"]) == (1, 1, 0)
    oldest = {(it["what"], it["state"]): it["oldest"] for it in picture["counts"]}
    assert oldest["ticket", "new"] == NOW.isoformat()


def old(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (lambda: leased(9, now=old(11)), "1 message(s) undecided"),
        (lambda: decided(9, decision(opening(), receipt()), now=old(241)), "1 letter(s) queued"),
        (lambda: decided(9, decision(opening(), receipt(fate=Fate.HELD)), now=old(1)), "1 letter(s) held"),
        (lambda: alarms.alarm("disk_low", "1 octet is free", NOW), "alarm disk_low: 1 octet is free"),
        (lambda: due.set_breaker("open", NOW), "the breaker on automatic letters is open"),
    ],
)
def test_status_tells_what_waits_too_long(run: Run, folder: Path, trouble: Callable[[], Any], says: str) -> None:
    trouble()
    passed()
    code, out, _ = run("status")
    assert code == 1
    assert f"FAULT: {says}" in out


def test_a_store_that_cannot_be_read_is_exit_code_2(run: Run, folder: Path) -> None:
    close_store()
    for name in ("desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "desk.sqlite3").mkdir()
    code, out, err = run("status")
    assert (code, out) == (2, "")
    assert "the store cannot be used now" in err


def test_tickets_are_listed_newest_first(run: Run, number: str) -> None:
    second = decided(2, decision(opening(lane=Lane.DECIDE_SCOPE)), now=NOW)
    code, out, _ = run("tickets", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [second, number]
    assert "decide_scope" in out
    assert len(run("tickets", "list", "--limit", "1")[1].splitlines()) == 1


def test_a_ticket_is_explained_with_history_messages_letters_rules_and_clauses(run: Run, number: str) -> None:
    step = Advance(Event.CLIENT_WROTE, State.OPEN, None, "asel@example.kz", "decide/follow_up", "C.6", "words")
    to_staff = receipt(OPERATOR, letter=Kind.OPERATOR_FOLLOW_UP, automatic=False)
    decided(2, decision(step, to_staff, outcome=Outcome.FOLLOW_UP, number=number), now=NOW)
    for command in (("tickets", "show", number), ("explain", number)):
        code, out, _ = run(*command)
        assert code == 0
        for expected in (number, "new → open", "[C.6, decide/follow_up] words", "[C.4, decisions/consult_lot]",
                         "clause A.6.in, rule decisions/consult_lot", "because certain", "operator_follow_up",
                         "queued"):  # fmt: skip
            assert expected in out


@pytest.mark.parametrize("command", [("tickets", "show"), ("tickets", "show", "ES-2026-000001-5"), ("explain", "X")])
def test_a_ticket_that_is_not_there_is_exit_code_1(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    code, out, err = run(*command)
    assert (code, out) == (1, "")
    assert "number" in err


def state_of(letter: int) -> str:
    return str(Letter.get_by_id(letter).state)


def test_letters_are_listed_with_their_states(run: Run, number: str) -> None:
    code, out, _ = run("outbox", "list")
    assert code == 0
    assert out.split()[:4] == ["1", "queued", "registered", "asel@example.kz"]
    assert run("outbox", "list", "--state", "sent")[1] == ""
    code, _, err = run("outbox", "list", "--state", "lost")
    assert code == 1
    assert "states are queued, leased" in err


def test_letters_are_held_retried_and_dropped_by_order(run: Run, number: str) -> None:
    for order, state in (("hold", "held"), ("retry", "queued"), ("drop", "dropped"), ("retry", "dropped")):
        code, out, _ = run("outbox", order, "1")
        assert code == 0
        assert state_of(1) == state
        assert out.startswith("0 of 1" if (order, state) == ("retry", "dropped") else "1 of 1")


@pytest.mark.parametrize("order", ["hold", "retry", "drop"])
def test_an_order_without_letters_is_exit_code_1(run: Run, folder: Path, order: str) -> None:
    code, _, err = run("outbox", order)
    assert code == 1
    assert "wants the numbers of letters" in err


def test_release_closes_the_breaker_and_queues_what_it_held(run: Run, folder: Path) -> None:
    decided(1, decision(opening(), receipt(fate=Fate.HELD)), now=NOW)
    due.set_breaker("open", NOW)
    alarms.alarm("breaker_open", "d", NOW)
    code, out, _ = run("outbox", "release")
    assert (code, out) == (0, "the breaker is closed, 1 letters are queued\n")
    assert state_of(1) == "queued"
    assert not due.breaker_is_open()
    assert due.alarms_to_tell() == []


def test_release_never_sends_a_letter_again_whose_outcome_is_in_doubt(run: Run, number: str) -> None:
    outbox.lease("me", 1, NOW)
    outbox.dotted(1, "me", NOW, witnessed=False)
    outbox.finish(1, "me", "unknown", "", NOW)
    outbox.resolve(1, "held", "the outcome is unknown and no witness saw it", NOW)
    assert run("outbox", "release")[1] == "the breaker is closed, 0 letters are queued\n"
    assert state_of(1) == "held"


def test_events_prints_the_page_of_the_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["events"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["run", "delivery-van"], ["outbox", "burn"], ["outbox", "hold", "x"]]
)
def test_wrong_use_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the trained model of this test run."""
    return trained_models(shared_folder(tmp_path_factory.getbasetemp()))


def process(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command as a process of its own: the judge's libraries warn at import."""
    command = [sys.executable, "-m", "daemon", *arguments, "--config", str(folder / "esauda.toml")]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=100)


@pytest.mark.timeout(300)
def test_a_saved_message_is_explained_step_by_step_and_nothing_is_changed(folder: Path, models: Path) -> None:
    (folder / "models").symlink_to(models)
    (folder / "letter.eml").write_text(LETTER, encoding="utf-8")
    done = process(folder, "explain", str(folder / "letter.eml"))
    assert done.returncode == 0, done.stderr
    steps = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert steps == ["parse", "gate", "judge", "correlate", "decide", "file"]
    for expected in ("subject «Вопрос»", "consult_", ", ru, offence none", "clause A.6.in", "OpenTicket", "[C.4, ",
                     "registered to asel@example.kz, queued", "proof none, stranger"):  # fmt: skip
        assert expected in done.stdout
    assert Letter.select().count() == 0


def test_a_faulty_rule_ends_a_runner_with_78_before_anything_starts(folder: Path) -> None:
    copy_tree(shared("rules"), folder / "rules")
    spoil(folder / "rules" / "decisions.yaml", "wish: {action: register", "wish: {action: reject")
    spoil(folder / "esauda.toml", 'state = "."', 'state = "."\nrules = "rules"')
    for arguments in (("run", "timers"), ("run",)):
        done = process(folder, *arguments)
        assert done.returncode == 78
        assert "`reject` is not known here" in done.stderr


def copy_tree(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            (target / file.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            (target / file.relative_to(source)).write_bytes(file.read_bytes())


def spoil(file: Path, old_text: str, new_text: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old_text in text
    file.write_text(text.replace(old_text, new_text, 1), encoding="utf-8")
