"""`make demo`: sample letters arrive, the daemon works, a table shows what happened.

The same daemon that runs in earnest, on an embedded mail system and SQLite, all on loopback. Exit code 0 when every
letter has its outcome and every reply that the regulation owes was sent exactly once.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from daemon.demo.letters import NEEDS_REPLY, SampleLetter, follow_ups, sample_letters
from daemon.demo.progress import Gone, say, wait_until_done
from daemon.demo.stage import STAFF, SUPPORT, Stage, set_up
from daemon.demo.table import lines, saved_replies, table
from daemon.service import open_store
from daemon.settings import ROOT

FOLDER = ROOT / "var" / "demo"


def main() -> int:
    """Run the demonstration; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m daemon.demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave it running and say how to look")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where state and replies go")
    options = parser.parse_args()
    say("starting an embedded mail system (IMAP and SMTP on loopback) and the daemon: intake, delivery, timers")
    say("the first run trains the judge's model and keeps it; that takes about 20 seconds")
    stage = set_up(options.folder.resolve())
    try:
        letters = _perform(stage)
        fine = _tell(stage, letters)
        if options.keep:
            _keep(stage)
    except Gone as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        return 1
    finally:
        stage.stop()
    return 0 if fine else 1


def _perform(stage: Stage) -> list[SampleLetter]:
    open_store(stage.config)
    first = sample_letters(datetime.now(UTC))
    say(f"{len(first)} letters arrive in Russian, Kazakh and English")
    _deliver(stage, first)
    wait_until_done(stage, len(first), "first letters")
    replies = saved_replies(stage.mail, first)
    missing = [key for key in NEEDS_REPLY if key not in replies]
    if missing:
        raise Gone(f"no reply came to {', '.join(missing)}; the daemon's log is {stage.log}")
    second = follow_ups(replies, datetime.now(UTC))
    say(f"{len(second)} more answer our replies, or pretend to")
    _deliver(stage, second)
    wait_until_done(stage, len(first) + len(second), "all letters")
    return [*first, *second]


def _deliver(stage: Stage, letters: Sequence[SampleLetter]) -> None:
    for sample in letters:
        stage.mail.deliver(sample.octets, sample.sender, [SUPPORT])


def _tell(stage: Stage, letters: list[SampleLetter]) -> bool:
    result = table(letters, stage.mail)
    say("")
    for line in lines(result):
        say(line)
    replies = _save(stage)
    fine = True
    for sample, row in zip(letters, result, strict=True):
        answered = row.reply != "-"
        if sample.expects_reply is not None and sample.expects_reply != answered:
            fine = False
            say(f"NOT AS THE REGULATION WANTS: «{sample.says}» was {'' if answered else 'not '}answered")
    say("")
    say(f"{len(letters)} letters, {len({row.number for row in result} - {'-'})} tickets, {replies} letters sent")
    say(f"replies as clients got them:  {stage.folder / 'replies'}")
    say(f"letters to our own people:    {stage.folder / 'staff'}")
    say(f"log of the daemon:            {stage.log}")
    return fine


def _save(stage: Stage) -> int:
    """Write every letter that anybody got to a file; returns how many."""
    count = 0
    for login in stage.mail.logins():
        if login == SUPPORT:
            continue
        folder = stage.folder / ("staff" if login in STAFF.values() else "replies") / login
        for number, item in enumerate(stage.mail.messages(login), start=1):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number:03}.eml").write_bytes(item.octets)
            count += 1
    return count


def _keep(stage: Stage) -> None:
    say("")
    say("it keeps running; look with an ordinary mail client (no TLS, loopback only):")
    say(f"  IMAP 127.0.0.1 port {stage.mail.imap_port}, SMTP 127.0.0.1 port {stage.mail.smtp_port}")
    say(f"  password of every account: {stage.password}")
    say(f"  accounts: {SUPPORT}, {', '.join(STAFF.values())}, or any client's address")
    variables = " ".join(f"{name}={value}" for name, value in stage.environment.items())
    say(f"  commands: {variables} {sys.executable} -m daemon tickets list --config {stage.config.file}")
    say("write to the service and watch; Ctrl-C ends it")
    while stage.daemon.poll() is None:
        time.sleep(1)
    raise Gone(f"the daemon ended; its log is {stage.log}")


if __name__ == "__main__":
    sys.exit(main())
