"""A long campaign against the parser: `python -m tests.mail.fuzz N SEED`.

N mutants of our seeds (and of the mails in MAIL_FIXTURES) go through `parse`, `parse_header` and the gate; an exception
or an unclean value stops the campaign with exit code 1 and leaves the octets in `fuzz-<seed>-<number>.eml`. The same
seed gives the same mutants over the same seeds.
"""

import random
import sys
import time
from pathlib import Path

from daemon.desk.machine import machine_rules
from daemon.mail.gate import MachineRules, Own, inspect
from daemon.mail.limits import Limits
from daemon.mail.parse import parse, parse_header
from tests.mail.clean import unclean
from tests.mail.mutate import mutant, seeds

RULES = Path(__file__).parents[2] / "rules" / "machine.yaml"
_OWN = Own(frozenset({"info@e-sauda.kz"}))
_PROGRESS = 5_000


def rules() -> MachineRules:
    """The rules that ship."""
    return machine_rules(RULES.read_text(encoding="utf-8"), RULES)


def try_one(octets: bytes, machine: MachineRules, limits: Limits) -> float:
    """Seconds of CPU for one message. Raises AssertionError on an unclean value, and whatever the parser raises."""
    begun = time.process_time()
    message = parse(octets, limits)
    spent = time.process_time() - begun
    assert not unclean(message), unclean(message)[:3]
    assert not unclean(parse_header(octets, limits))
    inspect(message, _OWN, machine)
    return spent


def campaign(count: int, seed: int) -> int:
    """Runs the campaign; the exit code."""
    chance = random.Random(seed)
    pool, machine, limits = seeds(), rules(), Limits()
    slowest = 0.0
    for number in range(1, count + 1):
        octets = mutant(chance.choice(pool), chance)
        try:
            slowest = max(slowest, try_one(octets, machine, limits))
        except Exception as error:  # noqa: BLE001 - whatever it is, the campaign reports it
            path = Path(f"fuzz-{seed}-{number}.eml")
            path.write_bytes(octets)
            print(f"mutant {number} of seed {seed}: {error!r}; its octets are in {path}")
            return 1
        if number % _PROGRESS == 0:
            print(f"{number} of {count}, slowest {slowest * 1000:.0f} ms", flush=True)
    print(f"{count} mutants of {len(pool)} seeds, no exception, slowest {slowest * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(campaign(int(sys.argv[1]), int(sys.argv[2])))
