"""Messages with two wishes, made of two that were written for training: real ones of that kind are rare in the corpus.

Promise: deterministic; made only of messages of `own-*.jsonl`, used only to train which further intents a message
carries. As the guide has it, an intent in scope stands first.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from daemon.desk.intent import ALONE
from daemon.desk.intent_corpus import Labelled
from daemon.desk.verdict import IN_SCOPE, Intent, Language

PAIRS = 900
BODY_CHARS = 20
"""Shorter bodies carry no wish that could be told from another."""
LINKS = {
    Language.RU: ("И ещё вопрос.", "Кроме того,", "Заодно:", "И второе.", "Попутно,", "P.S.", ""),
    Language.KK: ("Тағы бір сұрақ.", "Сонымен қатар,", "Айтпақшы,", ""),
    Language.EN: ("And another thing.", "Also,", "Besides,", ""),
    Language.MIXED: ("И ещё,", ""),
}
OFTEN = {
    Intent.OOS_LEGAL: 4.0,
    Intent.OOS_THIRD_PARTY_ACTIONS: 3.0,
    Intent.CONSULT_FUNCTIONALITY: 2.5,
    Intent.WISH: 2.0,
    Intent.CALLBACK: 2.0,
}
"""How much likelier than others these are a second wish."""


def pairs(records: Sequence[Labelled], seed: int) -> list[Labelled]:
    """`PAIRS` messages of two wishes; none where too few own messages are there."""
    dice = np.random.default_rng(seed)
    usable = [one for one in records if one.own and one.intent not in ALONE and len(one.body) > BODY_CHARS]
    made: list[Labelled] = []
    while len(made) < PAIRS:
        first = usable[dice.integers(len(usable))] if usable else None
        others = [one for one in usable if first and one.language is first.language and one.intent is not first.intent]
        if first is None or not others:
            return made
        odds = np.array([OFTEN.get(one.intent, 1.0) for one in others])
        second = others[dice.choice(len(others), p=odds / odds.sum())]
        link = LINKS[first.language][dice.integers(len(LINKS[first.language]))]
        made.append(_joined(first, link, second))
    return made


def _joined(first: Labelled, link: str, second: Labelled) -> Labelled:
    if second.intent in IN_SCOPE and first.intent not in IN_SCOPE:
        first, second = second, first
    return dataclasses.replace(
        first,
        body=" ".join(filter(None, (first.body, link, second.body))),
        also=tuple(sorted({*first.also, second.intent, *second.also} - {first.intent})),
        attachments=first.attachments + second.attachments,
    )
