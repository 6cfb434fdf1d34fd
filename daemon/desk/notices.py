"""Letters to our own people that no message of a client brought about."""

from daemon.desk.case import Office
from daemon.desk.decision import Fate, Mode, Send
from daemon.desk.letters import Letter, LetterValues
from daemon.mail.message import Address

CLAUSE = "A.1"


def notices(
    office: Office, people: tuple[Address, ...], letter: Letter, values: LetterValues, rule: str
) -> tuple[Send, ...]:
    """A copy for each of `people` who has an address; in mode `shadow` they are only written down."""
    shadow = office.mode is Mode.SHADOW
    return tuple(
        Send(
            letter=letter, to=person, language=office.staff_language, values=values, automatic=False,
            acknowledgement=False, in_reply_to="", references=(), fate=Fate.SUPPRESSED if shadow else Fate.QUEUED,
            reason="mode shadow" if shadow else "", rule=rule, clause=CLAUSE,
        )
        for person in people
        if person.addr
    )  # fmt: skip
