"""Eight commands, seven behaviours of the server: fifty-six cells, each with its outcome."""

import pytest

from daemon.wire.smtp import Deferred, Outcome, Refused, Sent, Unknown
from tests.servers.scripted import BEHAVIOURS, COMMANDS, Behaviour, ScriptedSmtp
from tests.wire.letters import LETTER, Dots, account_of, submit

# The outcome at each behaviour, in the order of BEHAVIOURS:
#   2yz, 4yz, 5yz, drop, stall, garbage, endless reply
# D451 deferred with the server's code, D0 deferred for trouble with the connection, R550 refused, S sent, U unknown.
MATRIX = {
    "greeting": ("D0", "D451", "D550", "D0", "D0", "D0", "D0"),
    "EHLO": ("D0", "D451", "D550", "D0", "D0", "D0", "D0"),
    "AUTH": ("D0", "D451", "D550", "D0", "D0", "D0", "D0"),
    "MAIL": ("S", "D451", "R550", "D0", "D0", "D0", "D0"),
    "RCPT": ("S", "D451", "R550", "D0", "D0", "D0", "D0"),
    "DATA": ("D0", "D451", "R550", "D0", "D0", "D0", "D0"),
    "dot": ("S", "D451", "R550", "U", "U", "U", "U"),
    "RSET": ("R550", "R550", "R550", "R550", "R550", "R550", "R550"),
}
CELLS = [
    (command, behaviour, expected)
    for command in COMMANDS
    for behaviour, expected in zip(BEHAVIOURS, MATRIX[command], strict=True)
]


def short(outcome: Outcome) -> str:
    """An outcome as the matrix writes it."""
    match outcome:
        case Sent():
            return "S"
        case Unknown():
            return "U"
        case Deferred(code=code):
            return f"D{code}"
        case Refused(code=code):
            return f"R{code}"


def test_the_matrix_has_fifty_six_cells() -> None:
    assert len(CELLS) == 56


@pytest.mark.parametrize(("command", "behaviour", "expected"), CELLS)
def test_each_cell_has_its_outcome_and_the_next_letter_goes_out(
    command: str, behaviour: Behaviour, expected: str
) -> None:
    behaviours: dict[str, Behaviour] = {command: behaviour}
    if command == "RSET":
        behaviours["RCPT"] = "5yz"
    dots = Dots()
    with ScriptedSmtp(behaviours, times=1) as server:
        limit = 1 if behaviour == "stall" else 30
        account = account_of(
            server, user="info@e-sauda.kz", password="secret", timeout_seconds=limit, final_dot_seconds=limit
        )
        first, second = submit(account, LETTER, LETTER, before_dot=dots)
        taken = len(server.accepted)
    assert short(first) == expected
    assert short(second) == "S"
    assert dots.count == (2 if command == "dot" or expected == "S" else 1)
    assert taken == (2 if expected == "S" else 1)


@pytest.mark.parametrize("takes", [False, True])
@pytest.mark.parametrize("behaviour", ["drop", "stall", "garbage", "endless reply"])
def test_after_the_dot_the_outcome_is_unknown_whether_the_server_took_the_letter_or_not(
    behaviour: Behaviour, takes: bool
) -> None:
    with ScriptedSmtp({"dot": behaviour}, takes=takes) as server:
        (outcome,) = submit(account_of(server, final_dot_seconds=1), LETTER)
        assert len(server.accepted) == takes
    assert isinstance(outcome, Unknown)
    assert outcome.reply
