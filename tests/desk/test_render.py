"""Templates are checked whole before any letter is written, and no text of a stranger gets out of its place."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk import dates, textform
from daemon.desk.faults import Fault, Faulty
from daemon.desk.letters import FULL, MINIMAL, Letter, LetterValues
from daemon.desk.number import numbers_in
from daemon.desk.render import BETWEEN_LANGUAGES, LETTER_OCTETS, SUBJECT_CHARS, Templates, render, templates
from daemon.desk.verdict import Language

ROOT = Path("templates")
REGISTERED = ROOT / "ru" / "registered.txt.j2"
VALUES = LetterValues(number="ES-2026-000123-8")
PLAIN = {
    ROOT / language / f"{letter}.txt.j2": f"Subject: {letter} {language}\n\nText {{{{ number }}}} in {language}.\n"
    for language in ("ru", "kk", "en")
    for letter in Letter
}


def _with(text: str, path: Path = REGISTERED) -> Templates:
    return templates(PLAIN | {path: text})


def _faults(text: str, path: Path = REGISTERED) -> list[Fault]:
    with pytest.raises(Faulty) as caught:
        _with(text, path)
    return caught.value.faults


def _body(body: str, values: LetterValues = VALUES, language: Language = Language.RU) -> str:
    return render(_with(f"Subject: s\n\n{body}"), Letter.REGISTERED, language, values).text


def test_a_letter_has_number_and_topic_in_its_subject() -> None:
    letter = render(templates(PLAIN), Letter.REGISTERED, Language.RU, replace(VALUES, subject="Re: Fwd: Вопрос"))
    assert letter.subject == "[ES-2026-000123-8] registered ru: Вопрос"
    assert letter.text == "Text ES-2026-000123-8 in ru.\n"


def test_the_number_is_not_said_twice_in_the_subject() -> None:
    values = replace(VALUES, subject="Re: [ES-2026-000123-8] registered ru: Вопрос")
    letter = render(templates(PLAIN), Letter.OPERATOR_FOLLOW_UP, Language.RU, values)
    assert letter.subject.count("ES-2026-000123-8") == 1


def test_without_a_number_the_subject_has_no_brackets() -> None:
    assert render(templates(PLAIN), Letter.ALARM, Language.EN, LetterValues()).subject == "alarm en"


@pytest.mark.parametrize("letter", [Letter.SUSPENDED, Letter.REPHRASE_LANGUAGE])
def test_a_letter_about_offensive_words_does_not_repeat_the_subject(letter: Letter) -> None:
    said = render(templates(PLAIN), letter, Language.RU, replace(VALUES, subject="идиоты"))
    assert "идиоты" not in said.subject


@pytest.mark.parametrize("language", [Language.MIXED, Language.UNKNOWN])
def test_a_client_whose_language_is_not_certain_reads_russian_and_kazakh(language: Language) -> None:
    values = replace(VALUES, subject="Вопрос")
    said = render(templates(PLAIN), Letter.ASKED, language, values, reply_marker="-- above --", token_line="[t]")
    assert said.subject == "[ES-2026-000123-8] asked ru / asked kk: Вопрос"
    assert said.text == (
        f"-- above --\n\nText ES-2026-000123-8 in ru.\n\n{BETWEEN_LANGUAGES}\n\nText ES-2026-000123-8 in kk.\n\n[t]\n"
    )


def test_marker_and_token_line_stand_first_and_last() -> None:
    said = render(templates(PLAIN), Letter.ASKED, Language.EN, VALUES, reply_marker="marker", token_line="token")
    assert said.text.splitlines()[0] == "marker"
    assert said.text.splitlines()[-1] == "token"


def test_instants_are_written_in_astana_time_in_the_language_of_the_letter() -> None:
    values = replace(VALUES, first_response_due=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    values = replace(values, opens_at=values.first_response_due)
    said = _body("{{ first_response_due }}; {{ opens_on }}; {{ opens_time }}", values)
    assert said == "24 ноября 2026 г., 9:00; во вторник, 24 ноября; 9:00\n"


@pytest.mark.parametrize(
    ("language", "whole", "day"),
    [
        (Language.RU, "24 ноября 2026 г., 9:00", "во вторник, 24 ноября"),
        (Language.KK, "2026 жылғы 24 қараша, 9:00", "24 қараша, сейсенбі күні"),
        (Language.EN, "24 November 2026, 9:00", "on Tuesday, 24 November"),
    ],
)
def test_a_date_is_written_as_people_write_it(language: Language, whole: str, day: str) -> None:
    at = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert (dates.date_and_time(at, language), dates.on_the_day(at, language)) == (whole, day)


@pytest.mark.parametrize("language", dates.WRITTEN_LANGUAGES)
def test_every_month_and_weekday_has_a_name_of_its_own(language: Language) -> None:
    months = {dates.date_and_time(datetime(2026, month, 1, tzinfo=UTC), language) for month in range(1, 13)}
    days = {dates.on_the_day(datetime(2026, 11, day, tzinfo=UTC), language) for day in range(2, 9)}
    assert (len(months), len(days)) == (12, 7)


def test_a_naive_instant_is_not_written() -> None:
    with pytest.raises(ValueError, match="aware"):
        dates.clock(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001 — the point of the test


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("Subject: s\n\nfirst\n{{ number }\n", 4, "cannot be read"),
        ("Subject: s\n\n{% if number %}\nx\n{% endfor %}\n", 5, "cannot be read"),
        ("Subject: s\n\n\n{{ nobody }}\n", 4, "no variable 'nobody'"),
        ("Subject: {{ nobody }}\n\nText\n", 1, "no variable 'nobody'"),
        ("Subject: s\n\n{{ number|upcase }}\n", 3, "cannot be read"),
        ("Subject: s\n\n{{ number.digits }}\n", 3, "full values"),
        ("Subject: s\n\n{{ help_pages[0].title }}\n", 3, "minimal values"),
        ("Subject: s\n\n{% include '_gone.txt.j2' %}\n", 3, "_gone"),
        ("Subject: s\n\n{{ 1 // 0 }}\n", 3, "full values"),
        ("Subject: s\n\n{{ missing.append(1) }}\n", 3, "append"),
        ("Subject: s\n\n{{ ''.__class__.__mro__ }}\n", 3, "unsafe"),
        ("Subject: s\n\n{{ 'x' * 70000 }}\n", 0, "longer than 65536 octets"),
        ("Subject: s\nBcc: all@example.kz\n\nText\n", 2, "not allowed in the header"),
        ("Text without a header\n", 1, "not a subject"),
        ("Subject: s\n\n  \n", 0, "no text"),
    ],
)
def test_a_fault_of_a_template_is_found_with_its_line(text: str, line: int, fault: str) -> None:
    faults = _faults(text)
    assert [(found.file, found.line) for found in faults] == [(REGISTERED, line)]
    assert fault in faults[0].text


def test_a_fault_in_a_part_is_found_in_the_part() -> None:
    part = ROOT / "ru" / "_part.txt.j2"
    texts = PLAIN | {REGISTERED: "Subject: s\n\n{% include '_part.txt.j2' %}\n", part: "one\n{{ number.digits }}\n"}
    with pytest.raises(Faulty) as caught:
        templates(texts)
    assert {(fault.file, fault.line) for fault in caught.value.faults} == {(part, 2)}


def test_a_part_is_looked_up_beside_the_template_that_asks() -> None:
    parts = {ROOT / language / "_who.txt.j2": f"who {language}\n" for language in ("ru", "kk", "en")}
    asking = dict.fromkeys(PLAIN, "Subject: s\n\n{% include '_who.txt.j2' %}\n")
    said = render(templates(parts | asking), Letter.ASKED, Language.MIXED, VALUES)
    assert said.text == f"who ru\n\n{BETWEEN_LANGUAGES}\n\nwho kk\n"


def test_a_letter_must_exist_in_every_language() -> None:
    texts = dict(PLAIN)
    del texts[ROOT / "kk" / "declined.txt.j2"], texts[ROOT / "en" / "alarm.txt.j2"]
    with pytest.raises(Faulty) as caught:
        templates(texts)
    assert [fault.file for fault in caught.value.faults] == [
        ROOT / "en" / "alarm.txt.j2",
        ROOT / "kk" / "declined.txt.j2",
    ]


@pytest.mark.parametrize(
    "path", [ROOT / "de" / "registered.txt.j2", ROOT / "ru" / "hello.txt.j2", ROOT / "ru" / "alarm"]
)
def test_a_template_nobody_would_use_is_a_fault(path: Path) -> None:
    assert [fault.file for fault in _faults("Subject: s\n\nText\n", path)] == [path]


def test_all_faults_are_found_at_once() -> None:
    texts = PLAIN | {REGISTERED: "Subject: s\n\n{{ x }}\n{{ y }}\n", ROOT / "en" / "asked.txt.j2": "no header\n"}
    with pytest.raises(Faulty) as caught:
        templates(texts)
    assert [(fault.file.parent.name, fault.line) for fault in caught.value.faults] == [("en", 1), ("ru", 3), ("ru", 4)]


def test_a_template_that_includes_itself_is_a_fault() -> None:
    assert "full values" in _faults("Subject: s\n\n{% include 'registered.txt.j2' %}\n")[0].text


def test_a_letter_that_grows_over_the_limit_is_cut_before_the_token() -> None:
    long = "Subject: s\n\n{% for name in attachments %}{{ client_text }}{% endfor %}\n"
    values = replace(VALUES, client_text="я " * 6_000, attachments=("a",) * 9)
    said = render(_with(long), Letter.REGISTERED, Language.RU, values, token_line="[token]")
    assert len(said.text.encode()) <= LETTER_OCTETS
    assert said.text.endswith("\n[…]\n\n[token]\n")


def test_a_paragraph_is_broken_at_words() -> None:
    said = _body("слово " * 40)
    assert max(len(line) for line in said.splitlines()) <= textform.LINE_CHARS
    assert said.split() == ["слово"] * 40


def test_a_quotation_stays_one_and_a_list_item_is_indented() -> None:
    said = _body("{{ client_text|quote }}\n- " + "пункт " * 20, replace(VALUES, client_text="слово " * 20))
    lines = said.splitlines()
    assert [line[:2] for line in lines] == ["> ", "> ", "- ", "  "]


def test_a_link_is_never_broken() -> None:
    link = "https://example.kz/" + "a" * 100
    assert link in _body(f"Смотрите, пожалуйста, страницу справочного центра по адресу {link} и напишите нам").split()


def test_blank_lines_never_pile_up() -> None:
    assert _body("a\n\n\n\n{% if phone %}x{% endif %}\n\nb\n\n\n") == "a\n\nb\n"


def test_what_a_client_writes_is_never_run_as_a_template() -> None:
    assert (
        _body("{{ client_text|quote }}", replace(VALUES, client_text="{{ 7*7 }} {% raw %}"))
        == "> {{ 7*7 }} {% raw %}\n"
    )


@given(st.text(), st.text(), st.text())
def test_no_text_of_a_stranger_gets_out_of_its_place(subject: str, name: str, text: str) -> None:
    values = replace(VALUES, subject=subject, client_name=name, client_text=text)
    said = render(HOSTED, Letter.REGISTERED, Language.RU, values)
    assert said.subject.startswith("[ES-2026-000123-8] s")
    assert len(said.subject) <= SUBJECT_CHARS
    lines = said.text.split("\n")
    assert lines[0].startswith("Имя")
    assert all(line.startswith(">") for line in lines[1:-1])
    kept = said.subject + said.text.replace("\n", "")
    assert not {unicodedata.category(letter) for letter in kept} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


HOSTED = templates(PLAIN | {REGISTERED: "Subject: s\n\nИмя{{ client_name|person }}\n{{ client_text|quote }}\n"})


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Асель Нурланова", "Асель Нурланова"),
        (" Иванов И.И. ", "Иванов И.И."),
        ("O'Neil-Smith", "O'Neil-Smith"),
        ("«Ромашка»", "Ромашка"),
        ("Win at casino.example.com", ""),
        ("call 123", ""),
        (" . - ", ""),
        ("a@example.kz", ""),
        ("", ""),
        ("я" * 61, ""),
        ("a\r\nBcc: x", ""),
    ],
)
def test_only_a_name_is_greeted(name: str, greeted: str) -> None:
    assert textform.person(name) == greeted


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("Re: Вопрос", "Вопрос"),
        ("RE:FW: Отв: Вопрос", "Вопрос"),
        ("Ответ: re", "re"),
        ("Re:", ""),
        ("Report", "Report"),
        ("a\r\nBcc: x", "a Bcc: x"),
        ("я" * 100, "я" * 79 + "…"),
        ("Re: " * 1_000 + "x", "x"),
    ],
)
def test_a_topic_is_the_subject_without_its_prefixes(subject: str, topic: str) -> None:
    assert textform.topic(subject) == topic


@pytest.mark.parametrize("values", [FULL, MINIMAL])
def test_the_samples_have_a_number_that_checks(values: LetterValues) -> None:
    assert len(numbers_in(values.number, "ES")) == 1
