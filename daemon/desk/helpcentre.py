"""Help-centre pages that answer a standard question (C.1, C.5), found by their key phrases.

Promise: pure; a page is offered only where the match is strong, and silence is preferred: a wrong page tells the
client that nobody read the letter. Reading `data/helpcentre.yaml` finds all faults at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.desk.faults import Fault, Faulty
from daemon.desk.intent_text import Sentence, sentences, stems
from daemon.desk.marked import Node, read
from daemon.desk.verdict import HelpPage, Language

LANGUAGES = ("ru", "kk", "en")
URL_PREFIX = "https://e-sauda.kz/help/"
SMALL_WORDS = frozenset(("a", "an", "the", "to", "of", "is", "for", "in", "on", "my", "do", "i"))
"""English words of a phrase that need not stand in the question."""
OFFERED = 2
"""Pages offered at most: more is a search result, not an answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the help centre. A key phrase is the stems of its words, all of which must stand in one sentence."""

    titles: Mapping[str, str]
    url: str
    phrases: tuple[tuple[frozenset[str], ...], ...]


@dataclass(frozen=True, slots=True)
class HelpCentre:
    """All pages."""

    pages: tuple[Page, ...]
    threshold: float
    """Score from which a page is offered."""


def find_pages(subject: str, body: str, language: Language, centre: HelpCentre) -> tuple[HelpPage, ...]:
    """The pages that answer the message, the best first; titles in its language, in Russian where that is unclear."""
    found = [(_stems_of(sentence), sentence) for sentence in sentences(subject, body)]
    scored = [(_score(page, found), page) for page in centre.pages]
    best = sorted((item for item in scored if item[0] >= centre.threshold), key=lambda item: -item[0])[:OFFERED]
    spoken = language.value if language.value in LANGUAGES else Language.RU.value
    return tuple(HelpPage(page.titles[spoken], page.url, score) for score, page in best)


def _stems_of(sentence: Sentence) -> frozenset[str]:
    return frozenset(stem for word in sentence.words for stem in stems(word))


def _score(page: Page, found: list[tuple[frozenset[str], Sentence]]) -> float:
    best = 0.0
    for here, sentence in found:
        for phrase in page.phrases:
            if all(word & here for word in phrase):
                best = max(best, _strength(len(phrase), sentence))
    return best


def _strength(words: int, sentence: Sentence) -> float:
    """From 0 to 1: a long phrase in a short sentence is the question itself, a short one in a long one an aside."""
    share = words / max(len(sentence.words), 1)
    asked = 0.25 if sentence.asks or sentence.in_subject else 0.0
    return min(1.0, 0.15 * words + 0.5 * share + asked)


def read_helpcentre(text: str, file: Path) -> HelpCentre:
    """Read `data/helpcentre.yaml`. Raises `Faulty` with all faults."""
    top = read(text, file).mapping()
    faults: list[Fault] = []
    pages = [_page(node, faults) for node in top["pages"].items()] if "pages" in top else []
    threshold = top["threshold"].value if "threshold" in top else None
    if not isinstance(threshold, float) or not 0 < threshold <= 1:
        faults.append(Fault(file, 1, "`threshold` is no number above 0 and up to 1", "Write `threshold: 0.7`."))
        threshold = 1.0
    if not pages:
        faults.append(Fault(file, 1, "no `pages`", "Add at least one page."))
    seen: set[str] = set()
    for page, node in zip(pages, top["pages"].items() if "pages" in top else (), strict=True):
        if page.url in seen:
            faults.append(node.fault(f"the page {page.url} stands twice", "Keep one."))
        seen.add(page.url)
    if faults:
        raise Faulty(faults)
    return HelpCentre(tuple(pages), threshold)


def _page(node: Node, faults: list[Fault]) -> Page:
    fields = node.mapping()
    lacking = [name for name in ("url", "title", "phrases") if name not in fields]
    faults += [node.fault(f"`{name}` is missing", f"Add `{name}:` here.") for name in lacking]
    url = str(fields["url"].value) if "url" in fields else ""
    if not url.startswith(URL_PREFIX):
        faults.append(node.fault(f"{url!r} is no page of our help centre", f"Begin it with {URL_PREFIX}."))
    titles = fields["title"].mapping() if "title" in fields else {}
    phrases = fields["phrases"].mapping() if "phrases" in fields else {}
    if set(titles) != set(LANGUAGES) or set(phrases) != set(LANGUAGES):
        faults.append(node.fault("title or phrases are not in ru, kk and en", "A page speaks all three, and no other."))
    told = [item for language in phrases.values() for item in language.items()]
    return Page(
        titles={language: str(title.value) for language, title in titles.items()},
        url=url,
        phrases=tuple(tuple(frozenset(stems(word)) for word in _words(str(item.value))) for item in told),
    )


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(word for sentence in sentences("", phrase) for word in sentence.words if word not in SMALL_WORDS)
