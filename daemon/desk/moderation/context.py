"""What an insulting word is in its sentence: aimed at somebody, said of oneself or of a thing, denied, or reported.

The words that decide are data (`cues` in `rules/moderation/*.yaml`); this module holds only the order of the questions.
Promise: pure; looks at a fixed number of words around each hit.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from daemon.desk.moderation.letters import FOLD
from daemon.desk.moderation.lexicon import Row, Severity, Words
from daemon.desk.verdict import Target

NEAR = 3
"""Words on each side in which a pronoun or a name of a person belongs to an insult."""
FAR = 8
"""Words before a hit in which a verb of saying introduces it."""
NEIGHBOURS = 4
"""Words on each side for `only_near`."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W\d_]+)?")
_PAUSE = re.compile(r"[,:()–—]|\s-\s")
_FIRST_PERSON = ("пын", "пин", "мын", "мин", "бын", "бин")
_SECOND_PERSON = (
    "ындар",
    "индер",
    "ыныздар",
    "иниздер",
    "сыздар",
    "сиздер",
    "yndar",
    "inder",
    "yngdar",
    "ingder",
    "syndar",
    "sinder",
)
_YOUR = ("ларың", "лерің", "тарың", "терің", "дарың", "дерің", "ңыз", "ңіз")
_INSTRUMENTALS = ("ом", "ем", "ой")
_IMPERATIVES = ("ите", "йте", "ьте", "ite", "yte", "jte", "ayte", "дар", "дер")
_PLURALS = ("ы", "и", "ые", "ие", "лар", "лер", "дар", "дер", "тар", "тер", "s", "y")
_STOP = re.compile(r"[.!?…;\n]")
_OPENING = '«“„"'
_CLOSING = '»”“"'


class Aim(Enum):
    """What a word does in its sentence."""

    INNOCENT = auto()
    QUOTED = auto()
    LOOSE = auto()
    """An insult, but at whom is not plain."""
    AIMED = auto()
    ADDRESSED = auto()
    """Aimed, with a word for the reader (you, your) or in the vocative: there is no doubt."""


class Token(NamedTuple):
    """A word of the text; `start` and `end` are offsets, `folded` is lower case without Kazakh letters."""

    text: str
    folded: str
    start: int
    end: int
    sentence: int
    clause: int
    quoted: bool


def tokens_of(text: str) -> list[Token]:
    """The words of the text with their sentences and clauses, and whether they stand between quotation marks."""
    found: list[Token] = []
    sentence = clause = place = 0
    inside = False
    for match in _WORD.finditer(text):
        between = text[place : match.start()]
        stops = bool(_STOP.search(between))
        sentence += stops
        clause += stops or bool(_PAUSE.search(between))
        inside = _inside(between, inside=inside)
        place = match.end()
        folded = match.group().lower().replace("ё", "е").translate(FOLD)
        found.append(Token(match.group(), folded, match.start(), match.end(), sentence, clause, inside))
    return found


def _inside(between: str, *, inside: bool) -> bool:
    for mark in between:
        if inside and mark in _CLOSING:
            inside = False
        elif not inside and mark in _OPENING:
            inside = True
    return inside and "\n\n" not in between


@dataclass(frozen=True, slots=True)
class Scene:
    """A hit among the words around it."""

    text: str
    tokens: list[Token]
    first: int
    last: int
    """The tokens that the hit covers, both inclusive."""
    cues: Mapping[str, Words]

    def before(self, span: int) -> list[Token]:
        """The words of the same sentence before the hit, the nearest last."""
        home = self.tokens[self.first].sentence
        return [token for token in self.tokens[max(0, self.first - span) : self.first] if token.sentence == home]

    def after(self, span: int) -> list[Token]:
        """The words of the same sentence after the hit."""
        home = self.tokens[self.last].sentence
        return [token for token in self.tokens[self.last + 1 : self.last + 1 + span] if token.sentence == home]

    def around(self, span: int) -> list[Token]:
        """The words of the same sentence on both sides."""
        return self.before(span) + self.after(span)

    def clause(self) -> list[Token]:
        """The other words between the same two pauses."""
        home = self.tokens[self.first].clause
        return [token for token in self.around(NEAR) if token.clause == home]

    def has(self, cue: str, tokens: list[Token]) -> bool:
        """Whether one of the words is in that list of cues."""
        words = self.cues[cue]
        return any(token.folded in words for token in tokens)


def applies(scene: Scene, row: Row) -> bool:
    """Whether the row's own conditions on neighbours hold. Who is spoken to by name of a beast is not livestock."""
    if row.only_near is not None and not any(token.folded in row.only_near for token in scene.around(NEIGHBOURS)):
        return False
    if row.unless_near is None or (row.severity is not Severity.OBSCENE and _you(scene, scene.around(2))):
        return True
    return not any(token.folded in row.unless_near for token in scene.around(FAR))


def _you(scene: Scene, tokens: list[Token]) -> bool:
    """Whether one of the words speaks to the reader: by a pronoun, or by a Kazakh ending of the second person."""
    return scene.has("you", tokens) or any(
        token.folded.endswith(_SECOND_PERSON) or token.text.lower().endswith(_YOUR) for token in tokens
    )


def _spoken_to(scene: Scene, tokens: list[Token]) -> bool:
    """Whether the reader is spoken to as a person: «ваш сайт», «your portal» is about a thing that is the reader's."""
    things = scene.cues["thing"]
    owners = {token.start for token, after in itertools.pairwise(tokens) if after.folded in things}
    return _you(scene, [token for token in tokens if token.start not in owners and token.folded not in things])


def aim(scene: Scene, row: Row) -> Aim:
    """What the hit does where it stands."""
    if row.severity is Severity.OBSCENE:
        if _reported(scene):
            return Aim.QUOTED
        return Aim.ADDRESSED if _spoken_to(scene, scene.around(NEAR)) else Aim.AIMED
    if _denied(scene) or _of_oneself(scene) or _is_title(scene):
        return Aim.INNOCENT
    if _reported(scene):
        return Aim.QUOTED
    if row.severity is Severity.TRAIT:
        return _aim_of_trait(scene)
    if _you(scene, scene.around(NEAR)) or (_vocative(scene) and _spoken(scene)):
        return Aim.ADDRESSED
    return Aim.AIMED if _at_person(scene) else Aim.LOOSE


def target(scene: Scene, found: Aim, row: Row) -> Target:
    """At whom the hit is aimed, as far as its sentence shows."""
    if found is Aim.QUOTED:
        return Target.QUOTED
    around = scene.around(FAR)
    speaks = _spoken_to if row.severity is Severity.OBSCENE else _you
    if scene.has("staff", around) or found is Aim.ADDRESSED or speaks(scene, around):
        return Target.STAFF
    if scene.has("person", around) or (found is Aim.AIMED and row.severity is not Severity.OBSCENE):
        return Target.OTHER
    return Target.NOBODY if row.severity is Severity.OBSCENE else Target.UNCLEAR


def reports(tokens: list[Token], cues: Mapping[str, Words]) -> bool:
    """Whether the text tells what somebody else said or did to its writer."""
    return any(token.folded in cues["report"] for token in tokens)


def _reported(scene: Scene) -> bool:
    hit = scene.tokens[scene.first]
    if hit.quoted or scene.has("report", scene.before(FAR) + scene.after(NEAR)):
        return True
    sayings = [token for token in scene.before(FAR) if token.folded in scene.cues["saying"]]
    return any(":" in scene.text[token.end : hit.start] for token in sayings)


def _denied(scene: Scene) -> bool:
    before = scene.before(2)
    if before and before[-1].folded in scene.cues["article"]:
        before = before[:-1]
    return scene.has("negation", before[-1:]) or scene.has("denial", scene.after(1))


def _of_oneself(scene: Scene) -> bool:
    """«Я, дура старая», «как дурак сижу», «объясните дураку», «держите за идиота», «ақымақпын»."""
    hit, before = scene.tokens[scene.last], scene.before(2)
    if hit.folded.endswith(_FIRST_PERSON):
        return True
    if scene.has("explain", before) and hit.folded.endswith(("у", "ю", "е")):
        return True
    you = _you(scene, scene.around(NEAR))
    if before and before[-1].folded in scene.cues["article"]:
        before = scene.before(3)[:-1]
    if scene.has("taken_for", before[-1:]) and not scene.has("exclaiming", before[:-1]):
        return not you or before[-1].folded in scene.cues["held_for"]
    if you or hit.folded.endswith(_PLURALS):
        return scene.has("we", scene.around(1)) and not you
    if scene.has("me", before) and hit.folded.endswith(_INSTRUMENTALS) and not _reported(scene):
        return True
    return scene.has("self", scene.around(2)) or scene.has("self", before[:1])


def _is_title(scene: Scene) -> bool:
    hit = scene.tokens[scene.first]
    return hit.quoted and scene.has("title", scene.before(2))


def _aim_of_trait(scene: Scene) -> Aim:
    if _is_name(scene) or _of_a_thing(scene):
        return Aim.INNOCENT
    you = _you(scene, scene.around(NEAR))
    if scene.has("goods", scene.around(FAR)) and not you:
        return Aim.INNOCENT
    if you or (_vocative(scene) and _plural(scene) and _spoken(scene)):
        return Aim.ADDRESSED
    return Aim.AIMED if _at_person(scene) or scene.has("pointing", scene.before(2)) else Aim.INNOCENT


def _of_a_thing(scene: Scene) -> bool:
    """Whether a thing in the same clause is nearer than a person: «тупой сайт», but «тупые операторы сайта»."""
    if scene.has("addressed", scene.before(1)):
        return False
    home = scene.tokens[scene.first].clause
    for near in range(NEAR):
        beside = [*scene.after(NEAR)[near : near + 1], *scene.before(NEAR)[::-1][near : near + 1]]
        for token in beside:
            if token.clause == home:
                if token.folded in scene.cues["staff"] or token.folded in scene.cues["person"]:
                    return False
                if token.folded in scene.cues["thing"]:
                    return True
    return False


def _at_person(scene: Scene) -> bool:
    close = scene.around(NEAR)
    return scene.has("staff", close) or scene.has("person", close) or scene.has("describing", scene.around(1))


def _vocative(scene: Scene) -> bool:
    """Alone between two pauses, with an adjective at most: «Бараны, верните деньги», «по дате, бараны, а не…»."""
    first, last = scene.tokens[scene.first], scene.tokens[scene.last]
    companions = [token for token in scene.around(NEAR) if token.clause == first.clause]
    return len(companions) == 0 or (len(companions) == 1 and last.end < companions[0].start and _stands_first(scene))


def _plural(scene: Scene) -> bool:
    hit = scene.tokens[scene.last]
    return hit.folded.endswith(_PLURALS) or scene.text[hit.end : hit.end + 1] == "!"


def _spoken(scene: Scene) -> bool:
    """Whether the sentence speaks to somebody: imperative, second person, exclamation, or an adjective alone."""
    sentence = scene.around(FAR)
    if not sentence and scene.tokens[scene.last].folded.endswith(("ые", "ие")):
        return True
    if _you(scene, sentence) or any(token.folded.endswith(_IMPERATIVES) for token in sentence):
        return True
    end = [scene.tokens[scene.last], *sentence][-1].end if scene.after(1) else scene.tokens[scene.last].end
    return "!" in scene.text[end : end + 3]


def _stands_first(scene: Scene) -> bool:
    return not scene.before(1)


def _is_name(scene: Scene) -> bool:
    """A capital where no sentence begins, or with another capital next to it."""
    hit = scene.tokens[scene.first]
    if not hit.text[:1].isupper() or hit.text.isupper():
        return False
    before, after = scene.before(1), scene.after(1)
    capital_next = any(token.text[:1].isupper() and not token.text.isupper() for token in after)
    return bool(before) or capital_next or any(len(token.text) == 1 and token.text.isupper() for token in after)
