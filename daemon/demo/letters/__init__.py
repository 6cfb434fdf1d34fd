"""The sample letters of the demonstration, written for it: two phases, 40 letters, three languages.

Promise: no rule quotes them; every address is an example address; the same time gives the same octets.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from daemon.demo.letters import conduct, defects, exclusions, machine, odd, questions
from daemon.demo.letters.build import SUPPORT, SampleLetter, plain
from daemon.demo.letters.second import NEEDS_REPLY, follow_ups

__all__ = ["NEEDS_REPLY", "SUPPORT", "SampleLetter", "follow_ups", "sample_letters"]


def sample_letters(now: datetime) -> list[SampleLetter]:
    """The first phase, in the order of arrival; `now` is aware, the letters are dated in the minutes before it."""
    drafts = [*questions.DRAFTS, *defects.DRAFTS, *conduct.DRAFTS, *exclusions.DRAFTS]
    writers: list[Callable[[datetime], SampleLetter]] = [partial(plain, draft) for draft in drafts]
    writers += [defects.with_screenshot, machine.newsletter, machine.invitation]
    start = now - timedelta(minutes=len(writers) + 1)
    letters = [write(start + timedelta(minutes=minute)) for minute, write in enumerate(writers)]
    letters += odd.letters(now - timedelta(minutes=1))
    again = replace(
        letters[0], key="duplicate", says="the first question once more, octet by octet", expects_reply=False
    )
    return [*letters, again]
