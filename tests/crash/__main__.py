"""The long campaign: `python -m tests.crash N SEED [FIRST]`; FIRST is the round to go on from."""

import sys
import tempfile
from pathlib import Path

from tests.crash.campaign import KILLS_A_ROUND, Round, campaign
from tests.trained import trained_models


def main() -> int:
    """Run the campaign; returns 1 where anything was found."""
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    found = made = letters = 0
    seconds = 0.0

    def tell(done: Round) -> None:
        nonlocal found, made, letters, seconds
        made += done.kills
        letters += done.letters
        seconds += done.seconds
        found += not done.findings.clean
        lost, twice, other = (len(items) for items in (done.findings.lost, done.findings.twice, done.findings.other))
        print(
            f"round {done.number} seed {seed}: {made} of {kills - first * KILLS_A_ROUND} kills, {letters} letters, "
            f"{done.unknowns} unknown beyond the grace; lost {lost}, twice {twice}, other {other}; "
            f"go on with: python -m tests.crash {kills} {seed} {done.number + 1}",
            flush=True,
        )
        if not done.findings.clean:
            print(done.findings.text(), flush=True)

    with tempfile.TemporaryDirectory(prefix="models-") as folder:
        rounds = campaign(kills, seed, first, trained_models(Path(folder)), tell)
    print(f"{made} kills in {len(rounds)} rounds, {letters} letters, {found} rounds with findings, seed {seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
