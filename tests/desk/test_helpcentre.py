from pathlib import Path

import pytest

from daemon.desk.faults import Faulty
from daemon.desk.helpcentre import OFFERED, find_pages, read_helpcentre
from daemon.desk.verdict import Language
from tests.desk.intent_model import ROOT

FILE = ROOT / "data" / "helpcentre.yaml"
CENTRE = read_helpcentre(FILE.read_text(encoding="utf-8"), FILE)


def urls(text: str, language: Language = Language.RU) -> list[str]:
    """Names of the pages offered for a question."""
    return [page.url.rpartition("/")[2] for page in find_pages("", text, language, CENTRE)]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Как зарегистрироваться на портале?", "registration"),
        ("Подскажите, когда вернут гарантийный взнос?", "deposit-return"),
        ("Как отозвать свою заявку?", "application-withdraw"),
        ("Құпиясөзді ұмыттым, не істеймін?", "password"),
        ("Which browser is best?", "software"),
        ("How do I change my email?", "profile"),
    ],
)
def test_a_standard_question_gets_its_page_first(text: str, page: str) -> None:
    assert urls(text)[0] == page


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Здравствуйте!",
        "Портал опять не работает, сколько можно",
        "Почему продавец не возвращает деньги и молчит",
        "Какой пробег у трактора?",
        "Взнос",
        "Мы с мужем вчера на аукционе смотрели дом, потом поехали как обычно на дачу, и вот сосед говорит, "
        "что надо было сначала подать какую-то заявку, а мы и не знали, что и делать, и теперь думаем, что всё пропало",
    ],
)
def test_anything_else_gets_silence(text: str) -> None:
    assert urls(text) == []


def test_the_title_is_in_the_language_of_the_message() -> None:
    (page, *_) = find_pages("", "Өтінімді қалай кері аламын?", Language.KK, CENTRE)
    assert page.title == "Өтінімді қалай кері алуға болады"


def test_a_mixed_message_gets_the_russian_title() -> None:
    (page, *_) = find_pages("", "Как отозвать заявку?", Language.MIXED, CENTRE)
    assert page.title == "Как отозвать заявку"


def test_no_more_than_two_pages_are_offered() -> None:
    asked = "Как зарегистрироваться? Забыл пароль. Как отозвать заявку? Как подписать протокол?"
    assert len(find_pages("", asked, Language.RU, CENTRE)) == OFFERED


@pytest.mark.parametrize("page", CENTRE.pages, ids=lambda page: page.url)
def test_every_page_speaks_three_languages_and_is_ours(page: object) -> None:
    titles = page.titles  # type: ignore[attr-defined]
    assert set(titles) == {"ru", "kk", "en"}
    assert all(len(title) > 8 for title in titles.values())


def test_all_faults_are_told_at_once() -> None:
    text = """threshold: 2
pages:
  - url: https://example.com/x
    title: {ru: а, kk: б}
    phrases: {ru: [как войти], kk: [х], en: [y]}
  - title: {ru: а, kk: б, en: c}
    phrases: {ru: [a b], kk: [х], en: [y]}
"""
    with pytest.raises(Faulty) as caught:
        read_helpcentre(text, Path("helpcentre.yaml"))
    assert len(caught.value.faults) >= 4
    assert {fault.line for fault in caught.value.faults} >= {3, 6}
