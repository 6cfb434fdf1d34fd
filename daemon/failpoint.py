"""Named places where a test may kill the process: proof that a kill at any boundary loses and doubles nothing.

Promise: a no-op unless the environment names a point, as `ESAUDA_FAILPOINT=intake.stored:3` (die at the third time).
A point that is not in `POINTS` is a mistake of the code and raises.
"""

import os
import signal

POINTS = (
    "intake.listed",
    "intake.fetched",
    "intake.stored",
    "intake.knocked",
    "intake.read",
    "intake.deciding",
    "intake.applied",
    "intake.decided",
    "intake.filing",
    "intake.moved",
    "delivery.leased",
    "delivery.body",
    "delivery.dotted",
    "delivery.accepted",
    "delivery.sent",
    "timers.due",
)
VARIABLE = "ESAUDA_FAILPOINT"

_name, _, _count = os.environ.get(VARIABLE, "").partition(":")
_left = int(_count or "1")


def reach(name: str) -> None:
    """Die here by SIGKILL if a test wants it."""
    global _left
    if name not in POINTS:
        raise ValueError(f"no failpoint is called {name}")
    if name != _name:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
