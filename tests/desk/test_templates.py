"""Every letter of the service, in every language, with all and with next to nothing known."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.desk.decision import Lane
from daemon.desk.letters import FULL, MINIMAL, Delivery, Letter, LetterValues
from daemon.desk.render import BETWEEN_LANGUAGES, Rendered, render, templates
from daemon.desk.textform import LINE_CHARS
from daemon.desk.ticket import Category, Event, Level, Priority
from daemon.desk.verdict import EXCLUSIONS, HelpPage, Intent, Language, Missing, Offence

ROOT = Path(__file__).parents[2] / "templates"
CHECKED = templates({path: path.read_text(encoding="utf-8") for path in ROOT.rglob("*.j2")})
WORDING = "«ответ от клиента не получен»"
"""Of C.6, word for word."""
LANGUAGES = (Language.RU, Language.KK, Language.EN)
STAFF = {
    Letter.OPERATOR_NEW,
    Letter.OPERATOR_FOLLOW_UP,
    Letter.MANAGER_SUSPENDED,
    Letter.QUALITY_COMPLAINT,
    Letter.OPERATOR_DELIVERY_FAILED,
    Letter.JUNK_REPORT,
    Letter.ALARM,
    Letter.STAFF_TRANSCRIPT,
}
CLIENT = [letter for letter in Letter if letter not in STAFF]
EVERY = [(letter, language, kind) for letter in Letter for language in LANGUAGES for kind in ("full", "minimal")]
EVERY_CLIENT = [case for case in EVERY if case[0] not in STAFF]
SAMPLES = {"full": FULL, "minimal": MINIMAL}
GREETING: dict[Language, tuple[str, ...]] = {
    Language.RU: ("Здравствуйте",),
    Language.KK: ("Сәлеметсіз бе",),
    Language.EN: ("Hello", "Good day"),
}
NAME = {
    Language.RU: "Служба технической поддержки E-SAUDA",
    Language.KK: "E-SAUDA техникалық қолдау қызметі",
    Language.EN: "E-SAUDA Technical Support Service",
}
CLOSING = {
    language: f"{closing}\n{NAME[language]}\n"
    for language, closing in zip(LANGUAGES, ("С уважением,", "Құрметпен,", "Kind regards,"), strict=True)
}
DECLINED_IN_WORDS = {
    Intent.OOS_THIRD_PARTY_INSTALLATION: (
        "консультация по установке дополнительных программных продуктов сторонних разработчиков",
        "бағдарламалық өнімдерін орнату бойынша кеңес берілмейді",
        "installation of additional software by third-party developers",
    ),
    Intent.OOS_WORKSTATION: (
        "диагностика рабочего места пользователя",
        "жұмыс орны диагностикаланбайды",
        "does not diagnose the user's workstation",
    ),
    Intent.OOS_CONNECTIVITY: ("соединения через прокси", "прокси арқылы", "through a proxy"),
    Intent.OOS_LEGAL: (
        "разъяснение и оценка действующих законодательных актов Республики Казахстан",
        "заңнамалық актілеріне әдіснамалық түсініктеме",
        "assessments of the legislation",
    ),
    Intent.OOS_THIRD_PARTY_ACTIONS: (
        "разъяснение и оценка действий третьих лиц",
        "үшінші тұлғалардың әрекеттеріне",
        "actions of third parties",
    ),
    Intent.OOS_UNRELATED: (
        "не связан с работой Портала",
        "порталының жұмысына қатысты емес",
        "not related to the E-SAUDA Portal",
    ),
}
MISSING_IN_WORDS = {
    Missing.STEPS: ("последовательность действий", "әрекеттер реті", "sequence of actions"),
    Missing.EVIDENCE: ("снимок экрана", "скриншот", "screenshot"),
    Missing.CONTACT: ("контактные данные", "байланыс деректері", "contact details"),
}
CLOCK = re.compile(r"\b[0-9]{1,2}:[0-9]{2}\b")
KAZAKH_ONLY = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
BARE = LetterValues(number="ES-2026-000123-8")


def _said(letter: Letter, language: Language, values: LetterValues) -> Rendered:
    return render(CHECKED, letter, language, values)


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("letter", "language", "kind"), EVERY)
def test_a_letter_begins_its_subject_with_the_number(letter: Letter, language: Language, kind: str) -> None:
    said = _said(letter, language, SAMPLES[kind])
    assert said.subject.startswith("[ES-2026-000123-8] ")
    assert said.text.count("\n") >= 3


@pytest.mark.parametrize(("letter", "language", "kind"), EVERY)
def test_a_letter_shows_nothing_of_the_machine(letter: Letter, language: Language, kind: str) -> None:
    said = _said(letter, language, SAMPLES[kind])
    for trace in ("None", "Undefined", "{{", "{%", "}}", "%}", "()", "[]", "  :", " ,", " ."):
        assert trace not in said.text
        assert trace not in said.subject


@pytest.mark.parametrize(("letter", "language", "kind"), EVERY)
def test_lines_fit_and_blank_lines_do_not_pile_up(letter: Letter, language: Language, kind: str) -> None:
    text = _said(letter, language, SAMPLES[kind]).text
    assert all(len(line) <= LINE_CHARS for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize(("letter", "language", "kind"), EVERY_CLIENT)
def test_a_client_is_greeted_and_the_service_names_itself(letter: Letter, language: Language, kind: str) -> None:
    text = _said(letter, language, SAMPLES[kind]).text
    assert text.startswith(GREETING[language])
    assert NAME[language] in _flat(text).removesuffix(_flat(CLOSING[language]))
    assert text.endswith(CLOSING[language])
    assert "ES-2026-000123-8" in text


@pytest.mark.parametrize("letter", CLIENT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_hour_is_promised_where_none_is_set(letter: Letter, language: Language) -> None:
    assert not CLOCK.search(_said(letter, language, MINIMAL).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_set_target_and_the_start_of_working_time_are_said(language: Language) -> None:
    text = _flat(_said(Letter.REGISTERED, language, replace(BARE, opens_at=FULL.opens_at)).text)
    assert CLOCK.findall(text) == ["9:00"]
    text = _flat(_said(Letter.REGISTERED, language, replace(BARE, first_response_due=FULL.first_response_due)).text)
    assert CLOCK.findall(text) == ["13:30"]


@pytest.mark.parametrize("letter", CLIENT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_client_reads_nothing_of_the_judgement(letter: Letter, language: Language) -> None:
    values = replace(FULL, client_text="СЛОВА", evidence=("УЛИКА",), reason="ПРИЧИНА", diagnostic="550", folder="Junk")
    text = _said(letter, language, values).text
    for inner in ("СЛОВА", "УЛИКА", "ПРИЧИНА", "550", "Junk", "87"):
        assert inner not in text


@pytest.mark.parametrize("exclusion", [*sorted(EXCLUSIONS), Intent.OOS_UNRELATED])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", [Letter.DECLINED, Letter.REGISTERED, Letter.WISH_RECEIVED])
def test_exactly_the_one_exclusion_is_named(letter: Letter, language: Language, exclusion: Intent) -> None:
    place = LANGUAGES.index(language)
    values = replace(BARE, exclusion=exclusion, partly_declined=(exclusion,))
    text = _flat(_said(letter, language, values).text)
    named = [intent for intent, words in DECLINED_IN_WORDS.items() if words[place] in text]
    assert named == [exclusion]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", [Letter.REGISTERED, Letter.ASKED, Letter.WISH_RECEIVED])
def test_nothing_is_declined_unasked(letter: Letter, language: Language) -> None:
    text = _flat(_said(letter, language, replace(BARE, missing=(Missing.STEPS,))).text)
    assert not [intent for intent, words in DECLINED_IN_WORDS.items() if words[LANGUAGES.index(language)] in text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", [Letter.REGISTERED, Letter.ASKED, Letter.OPERATOR_NEW])
@pytest.mark.parametrize("missing", [(Missing.STEPS,), (Missing.EVIDENCE,), (Missing.CONTACT,), tuple(Missing)])
def test_exactly_what_is_missing_is_asked_for(letter: Letter, language: Language, missing: tuple[Missing, ...]) -> None:
    text = _flat(_said(letter, language, replace(BARE, missing=missing)).text)
    asked = [item for item, words in MISSING_IN_WORDS.items() if words[LANGUAGES.index(language)] in text]
    assert asked == list(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_pages_and_assistant_are_offered(language: Language) -> None:
    pages = (HelpPage("Страница", "https://help.example.kz/a", 1.0), HelpPage("Бет", "https://help.example.kz/b", 0.9))
    text = _said(
        Letter.REGISTERED, language, replace(BARE, help_pages=pages, assistant_url="https://a.example.kz")
    ).text
    for words in ("- Страница\n  https://help.example.kz/a\n", "- Бет\n  https://help.example.kz/b\n"):
        assert words in text
    assert "https://a.example.kz" in text
    assert "example.kz" not in _said(Letter.REGISTERED, language, BARE).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_of_another_ticket_is_named_and_nothing_told_of_it(language: Language) -> None:
    with_it = _said(Letter.REGISTERED, language, replace(BARE, mentioned_number="ES-2026-000007-7")).text
    assert with_it.count("ES-2026-000007-7") == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", [Letter.SUSPENDED, Letter.REPHRASE_LANGUAGE])
def test_letters_about_words_repeat_neither_subject_nor_name(letter: Letter, language: Language) -> None:
    said = _said(letter, language, replace(FULL, subject="ТЕМА", client_name="ИМЯ"))
    assert "ТЕМА" not in said.subject + said.text
    assert "ИМЯ" not in said.subject + said.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_telephone_is_named_only_where_it_is_known(language: Language) -> None:
    assert "+7 700" in _said(Letter.CALLBACK_BASIC, language, FULL).text
    assert _said(Letter.CALLBACK_BASIC, language, BARE).text.count("\n- ") == 3


@pytest.mark.parametrize("letter", [Letter.OPERATOR_NEW, Letter.MANAGER_SUSPENDED, Letter.QUALITY_COMPLAINT])
@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_read_the_evidence_and_the_words(letter: Letter, language: Language) -> None:
    text = _said(letter, language, FULL).text
    for words in ("asel@example.kz", "\n> При публикации", "- screen.png", "«появляется ошибка 500»", "87 %"):
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [*(lane.value for lane in Lane if lane), *(e.value for e in Event if "client" in e)])
def test_every_reason_for_a_person_has_words(language: Language, reason: str) -> None:
    for letter in (Letter.OPERATOR_NEW, Letter.OPERATOR_FOLLOW_UP):
        assert reason not in _said(letter, language, replace(BARE, reason=reason)).text.replace("\n", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_in_words_is_said_as_it_is(language: Language) -> None:
    assert "решить вручную" in _said(Letter.OPERATOR_NEW, language, replace(BARE, reason="решить вручную")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_has_words_in_a_hand_over(language: Language) -> None:
    handed_over = [
        *(replace(BARE, intent=intent) for intent in Intent),
        *(replace(BARE, offence=offence) for offence in Offence if offence is not BARE.offence),
        *(replace(BARE, client_language=other) for other in Language if other is not BARE.client_language),
        *(replace(BARE, level=level) for level in Level if level is not BARE.level),
        *(replace(BARE, category=category) for category in Category if category is not BARE.category),
        *(replace(BARE, priority=priority) for priority in Priority),
    ]
    texts = {_said(Letter.OPERATOR_NEW, language, values).text for values in handed_over}
    assert len(texts) == len(handed_over)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failed_delivery_reads_differently(language: Language) -> None:
    said = {_said(Letter.OPERATOR_DELIVERY_FAILED, language, replace(BARE, delivery=item)).text for item in Delivery}
    assert len(said) == len(Delivery)


@pytest.mark.parametrize("letter", list(Letter))
def test_each_language_is_written_in_its_own_letters(letter: Letter) -> None:
    latin_only = _said(letter, Language.EN, BARE if letter not in {Letter.DECLINED} else MINIMAL)
    text = " ".join(latin_only.text.split()).replace(WORDING, "")
    assert not re.search("[а-яёА-ЯЁ]", text + latin_only.subject)
    kazakh = _said(letter, Language.KK, MINIMAL).text
    assert len(KAZAKH_ONLY.intersection(kazakh)) >= 3
    russian = _said(letter, Language.RU, MINIMAL).text.replace("«Әділет»", "")
    assert not KAZAKH_ONLY.intersection(russian)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_closing_letter_has_the_exact_wording_of_the_regulation_and_numbers_the_actions(language: Language) -> None:
    text = _said(Letter.CLOSED_NO_ANSWER, language, FULL).text
    assert WORDING in " ".join(text.split())
    for number in range(1, len(FULL.actions) + 1):
        assert f"\n{number}. " in text


@pytest.mark.parametrize("letter", CLIENT)
def test_a_client_of_no_certain_language_reads_both(letter: Letter) -> None:
    russian, _, kazakh = _said(letter, Language.UNKNOWN, FULL).text.partition(f"\n{BETWEEN_LANGUAGES}\n\n")
    assert russian == _said(letter, Language.RU, FULL).text
    assert kazakh == _said(letter, Language.KK, FULL).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_says_what_the_regulation_says_about_silence(language: Language) -> None:
    assert "8" in _said(Letter.ASKED, language, BARE).text.replace("ES-2026-000123-8", "")
