"""Letters written from templates: `templates/<ru|kk|en>/<letter>.txt.j2`.

A template looks like a mail: the line `Subject: …`, a blank line, the text. A paragraph is one line, `render` breaks
it. Files that begin with `_` are parts for others; an include is looked up in the folder of the file that asks.

Promise: `templates` either returns a set in which every letter exists in all three languages and renders with full
and with next to no values, or raises `Faulty` with every fault found. Templates run in Jinja2's sandbox and know the
variables of `LetterValues` only; an unknown one is a fault. The sandbox does not stop a template from making a huge
text, so templates belong to those who run the service, and a sample letter over LETTER_OCTETS is a fault.
On failure: a letter that grows over the limit later is cut, with a mark; nothing else is left to fail.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    meta,
    nodes,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from daemon.desk import textform
from daemon.desk.dates import WRITTEN_LANGUAGES
from daemon.desk.faults import Fault, Faulty
from daemon.desk.letters import FULL, MINIMAL, Letter, LetterValues, variables
from daemon.desk.verdict import Language

LETTER_OCTETS = 65_536
"""The largest text of a letter, in UTF-8."""
SUBJECT_CHARS = 200
"""The longest subject; a few folded lines in the header (RFC 5322 section 2.2.3)."""
BILINGUAL = (Language.RU, Language.KK)
"""In what a client is answered whose language is not certain: the state's two languages."""
WITHOUT_TOPIC = frozenset({Letter.SUSPENDED, Letter.REPHRASE_LANGUAGE, Letter.ALARM, Letter.JUNK_REPORT})
"""Letters whose subject does not repeat the client's: it may hold the very words we object to, or there is none."""
BETWEEN_LANGUAGES = "* * *"
SUFFIX = ".txt.j2"
_TEMPLATE_FAILURES = (
    TemplateError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)
"""What the code of a template can raise when it is run."""
_SUBJECT = "Subject:"
_SUBJECT_OF = "#subject"
_VARIABLES = frozenset(variables(MINIMAL, Language.EN))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter ready to be composed: the subject on one line, the text in lines ended by a line feed."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Templates:
    """A checked set of templates; made by `templates` only."""

    environment: ImmutableSandboxedEnvironment


class _Environment(ImmutableSandboxedEnvironment):
    """Looks includes up beside the template that asks for them, so that the three languages read alike."""

    def join_path(self, template: str, parent: str) -> str:
        return f"{parent.partition('/')[0]}/{template}"


def templates(texts: Mapping[Path, str]) -> Templates:
    """The templates of `texts` (path → content), checked. Raises Faulty with all faults.

    Of a path only the folder (the language) and the file name count, so any root will do.
    """
    paths = {f"{path.parent.name}/{path.name}": path for path in texts}
    environment = _environment({name: texts[path] for name, path in paths.items()}, paths)
    faults = [fault for name, path in paths.items() for fault in _file_faults(environment, name, path, texts[path])]
    faults += _missing(paths)
    if not faults:
        faults += [fault for name, path in paths.items() for fault in _sample_faults(environment, name, path)]
    if faults:
        raise Faulty(faults)
    return Templates(environment)


def render(
    checked: Templates,
    letter: Letter,
    language: Language,
    values: LetterValues,
    *,
    reply_marker: str = "",
    token_line: str = "",
) -> Rendered:
    """The letter in `language`; in Russian and then Kazakh where that is `mixed` or `unknown`.

    The subject is the registration number in brackets (C.4), what the template says, and the client's own subject
    (not in the letters of WITHOUT_TOPIC).
    `reply_marker` ("answer above this line") becomes the first line, `token_line` the last; '' leaves either out.
    A text over LETTER_OCTETS is cut before the token line.
    """
    head = f"{textform.one_line(reply_marker)}\n\n" if reply_marker else ""
    foot = f"\n{textform.one_line(token_line)}\n" if token_line else ""
    room = LETTER_OCTETS - len(head.encode()) - len(foot.encode())
    subject, body = _written(checked.environment, letter, language, values)
    return Rendered(subject, f"{head}{_cut(body, room)}{foot}")


def _written(
    environment: ImmutableSandboxedEnvironment, letter: Letter, language: Language, values: LetterValues
) -> tuple[str, str]:
    """Subject and whole text, uncut, in one or two languages."""
    languages = (language,) if language in WRITTEN_LANGUAGES else BILINGUAL
    parts = [_texts(environment, letter, each, values) for each in languages]
    subject = " / ".join(subject for subject, _ in parts)
    number = textform.one_line(values.number)
    topic = "" if letter in WITHOUT_TOPIC else textform.topic(values.subject.replace(f"[{number}]", ""))
    subject = f"{subject}: {topic}" if topic else subject
    if number:
        subject = f"[{number}] {subject}"
    body = f"\n{BETWEEN_LANGUAGES}\n\n".join(text for _, text in parts)
    return textform.clip(subject, SUBJECT_CHARS), body


def _cut(text: str, octets: int) -> str:
    encoded = text.encode()
    if len(encoded) <= octets:
        return text
    mark = "\n[…]\n"
    kept = encoded[: octets - len(mark.encode())].decode(errors="ignore")
    return kept.rstrip() + mark


def _texts(
    environment: ImmutableSandboxedEnvironment, letter: Letter, language: Language, values: LetterValues
) -> tuple[str, str]:
    name = f"{language.value}/{letter.value}{SUFFIX}"
    seen = variables(values, language)
    subject = environment.get_template(name + _SUBJECT_OF).render(seen)
    text = environment.get_template(name).render(seen)
    return textform.one_line(subject), textform.laid_out(text)


def _environment(sources: Mapping[str, str], paths: Mapping[str, Path]) -> ImmutableSandboxedEnvironment:
    """The sandbox over `sources`: the text of each file under its name, its subject under the name and `#subject`."""

    def load(name: str) -> tuple[str, str | None, None] | None:
        file, is_subject, _ = name.partition(_SUBJECT_OF)
        if file not in sources:
            return None
        source = sources[file]
        if is_subject:
            source = _split(source)[0]
        elif not _is_part(file):
            source = _split(source)[1]
        return source, str(paths[file]), None

    environment = _Environment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=()),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=-1,
        auto_reload=False,
    )
    environment.globals = {}
    environment.filters |= {
        "one_line": textform.one_line,
        "clip": textform.clip,
        "quote": textform.quote,
        "person": textform.person,
        "topic": textform.topic,
    }
    return environment


def _split(source: str) -> tuple[str, str]:
    """The subject, and the text under as many empty lines as the header had: line numbers stay true."""
    head, blank, text = source.partition("\n\n")
    subject = head.removeprefix(_SUBJECT).strip()
    return subject, "\n" * (head.count("\n") + len(blank)) + text


def _is_part(name: str) -> bool:
    return name.partition("/")[2].startswith("_")


def _missing(paths: Mapping[str, Path]) -> Iterator[Fault]:
    root = next((path.parent.parent for path in paths.values()), Path("templates"))
    for language in WRITTEN_LANGUAGES:
        for letter in Letter:
            name = f"{language.value}/{letter.value}{SUFFIX}"
            if name not in paths:
                yield Fault(root / name, 0, f"the letter {letter} is missing in {language}", "Write this template")


def _file_faults(environment: ImmutableSandboxedEnvironment, name: str, path: Path, source: str) -> Iterator[Fault]:
    """What is wrong with one file as it stands, before it is rendered."""
    folder, _, file = name.partition("/")
    if folder not in {language.value for language in WRITTEN_LANGUAGES}:
        yield Fault(path, 0, f"no letter is written in the language {folder!r}", "Use ru, kk or en")
    if not _is_part(name):
        if file.removesuffix(SUFFIX) not in {letter.value for letter in Letter} or not file.endswith(SUFFIX):
            yield Fault(path, 0, "the service sends no letter of this name", "Rename or remove the file")
        yield from _header_faults(path, source)
    try:
        environment.compile(source, name, str(path))
        tree = environment.parse(source, name, str(path))
    except TemplateSyntaxError as error:
        yield Fault(path, error.lineno, f"the template cannot be read: {error.message}", "Correct it")
        return
    undeclared = meta.find_undeclared_variables(tree) - _VARIABLES
    for variable in sorted(undeclared):
        line = min(node.lineno for node in tree.find_all(nodes.Name) if node.name == variable)
        yield Fault(path, line, f"there is no variable {variable!r}", "Use those of daemon/desk/letters.py, variables")


def _header_faults(path: Path, source: str) -> Iterator[Fault]:
    head, blank, text = source.partition("\n\n")
    lines = head.split("\n")
    if not lines[0].startswith(_SUBJECT) or not lines[0].removeprefix(_SUBJECT).strip():
        yield Fault(path, 1, "the first line is not a subject", "Begin with 'Subject: …' and a blank line")
        return
    for count, line in enumerate(lines[1:], start=2):
        yield Fault(path, count, f"not allowed in the header: {line[:40]!r}", "Only a one-line Subject may stand here")
    if not blank or not text.strip():
        yield Fault(path, 0, "the letter has no text", "Write it under a blank line")


def _sample_faults(environment: ImmutableSandboxedEnvironment, name: str, path: Path) -> Iterator[Fault]:
    """The first thing wrong with one letter when it is written with full and with minimal values."""
    if _is_part(name):
        return
    language, _, file = name.partition("/")
    letter = Letter(file.removesuffix(SUFFIX))
    for kind, values in (("full", FULL), ("minimal", MINIMAL)):
        try:
            _, text = _written(environment, letter, Language(language), values)
        except _TEMPLATE_FAILURES as error:
            place, line = _where(error, path)
            yield Fault(place, line, f"with {kind} values: {error}", "Correct it")
            return
        if len(text.encode()) > LETTER_OCTETS:
            yield Fault(path, 0, f"with {kind} values: longer than {LETTER_OCTETS} octets", "Shorten it")
            return


def _where(error: BaseException, path: Path) -> tuple[Path, int]:
    """The template line that `error` came from: the innermost frame of a file ending in SUFFIX."""
    place, line = path, 0
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename.endswith(SUFFIX):
            place, line = Path(frame.tb_frame.f_code.co_filename), frame.tb_lineno
        frame = frame.tb_next
    return place, line
