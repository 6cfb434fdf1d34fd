"""What offends, what does not, and what is certain."""

import pytest

from daemon.desk.moderation import CLEAN, Finding, moderate
from daemon.desk.moderation.shields import shielded
from daemon.desk.moderation.views import cleaned
from daemon.desk.verdict import Offence, Target
from tests.corpus.lexicons import load


def judged(text: str) -> Finding:
    return moderate(text, load(), None)


DISGUISES = [
    ("пиздец, не сайт", "plain"),
    ("ПИЗДЕЦ", "capitals"),
    ("ПиЗдЕц", "mixed case"),
    ("пи зд ец? нет, п и з д е ц", "letters apart"),
    ("п.и.з.д.е.ц", "dots"),
    ("п-и-з-д-е-ц", "hyphens"),
    ("пиии ииздец? пииииздец", "repeats"),
    ("пи\u200bзд\u200dец", "zero width"),
    ("п\u0336и\u0336з\u0336д\u0336е\u0336ц", "struck through"),
    ("пиздeц", "a Latin letter"),
    ("пи3дец", "a digit"),
    ("п*здец", "one star"),
    ("п***ц", "three stars"),
    ("pizdec", "Latin"),
    ("pizdets", "Latin, ts"),
    ("gbpltw", "the other layout"),
    ("пи\u00adздец", "soft hyphen"),
    ("(пиздец)", "brackets"),
    ("ответа нет.Пиздец!", "glued to a sentence"),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=how) for text, how in DISGUISES])
def test_a_disguised_obscenity_is_found(text: str) -> None:
    assert judged(text).offence is Offence.OBSCENE


@pytest.mark.parametrize(
    "text",
    [
        "Сотрудница Сара Херсонская и Айгуль Сукенова подписали акт",
        "Пишите на hui.zhang@example.com или на https://example.org/fuck/shit?x=suka",
        "Файлы: пиздец.pdf, suka_2.docx и fuck.jpg",
        "Код 5FuCk3ab77, хеш 9fucc0de00ba11, токен aHVpUGl6ZGVjU3VrYUh1eVBpemRlYw==",
        "Номер машины 702 XYE 05 и 245 XUI 16",
        "java.lang.FuckException: shit happened\n\tat kz.fuck.Shit.main(Shit.java:3)",
        "ERR_CERT_DATE_INVALID на странице входа",
        "Карта 4400 **** **** 1234, получатель А***й Б***в",
        "Разбейте отару: козлы, бараны и овцы разного возраста, 210 голов",
        "Олеговна, Хулиганов, Перебейнос и Ебимович",
        "Подстрахуйте, пожалуйста, и не оскорбляйте участников",
        "Ахуал қалай, көтерме баға қойсын",
        "who're you? Shi'ite art, ebb and flow, bells",
    ],
)
def test_names_addresses_links_files_codes_and_logs_never_match(text: str) -> None:
    assert judged(text) == CLEAN


@pytest.mark.parametrize(
    ("text", "offence", "certain"),
    [
        ("Вы дебилы, верните деньги", Offence.INSULT, True),
        ("Дебилы, верните деньги!", Offence.INSULT, True),
        ("Участник торгов полный дебил", Offence.INSULT, False),
        ("Вы не дебилы", Offence.NONE, True),
        ("Я дурак, забыл пароль", Offence.NONE, True),
        ("Мы дураки, что доверились", Offence.NONE, True),
        ("Держите нас за дураков", Offence.NONE, True),
        ("Сижу как дурак и жду", Offence.NONE, True),
        ("Объясните дураку, куда нажимать", Offence.NONE, True),
        ("Тупой сайт", Offence.NONE, True),
        ("Тупые операторы вашего сайта", Offence.INSULT, True),
        ("Роман «Идиот», издание 1955 года, лот 4", Offence.NONE, True),
        ("Сен ақымақсың", Offence.INSULT, True),
        ("Мен ақымақпын, ұмытып қалдым", Offence.NONE, True),
        ("Сендер топассыңдар", Offence.INSULT, True),
        ("You are idiots", Offence.INSULT, True),
        ("I am an idiot, sorry", Offence.NONE, True),
        ("This is a stupid system", Offence.NONE, True),
        ("Идите на хуй", Offence.OBSCENE, True),
        ("Оператор сказал мне: «иди на хуй»", Offence.OBSCENE, False),
        ("Ваш сотрудник послал меня на хуй", Offence.OBSCENE, False),
    ],
)
def test_context_decides_what_an_insult_is_and_what_is_certain(text: str, offence: Offence, certain: bool) -> None:
    finding = judged(text)
    assert (finding.offence, finding.certain) == (offence, certain)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Ваши операторы дебилы", Target.STAFF),
        ("Продавец полный идиот", Target.OTHER),
        ("Оператор назвал меня идиотом", Target.QUOTED),
        ("Блять, опять ошибка", Target.NOBODY),
        ("Спасибо", Target.NOBODY),
    ],
)
def test_the_target_is_named(text: str, target: Target) -> None:
    assert judged(text).target is target


def test_evidence_shows_the_very_characters_and_the_row() -> None:
    found = judged("Опять вы, х.у-й вам, с отказом").evidence
    assert ("х.у-й", "ru.yaml#ru.huy") in {(evidence.words, evidence.rule) for evidence in found}


class Scorer:
    """Stands for the trained opinion."""

    def __init__(self, score: float) -> None:
        self.score = score
        self.asked: list[str] = []

    def offensive(self, text: str) -> float:
        self.asked.append(text)
        return self.score


def test_the_trained_opinion_asks_for_a_person_and_accuses_nobody() -> None:
    finding = moderate("You people make me sick every single day", load(), Scorer(0.99))
    assert (finding.offence, finding.certain) == (Offence.NONE, False)
    assert [evidence.rule for evidence in finding.evidence] == ["profanity-check"]


@pytest.mark.parametrize(
    "text", ["Здравствуйте, когда будет ответ по заявке", "Fuck your portal and your rules", "Hello there"]
)
def test_the_trained_opinion_is_not_asked_about_other_scripts_found_words_or_scraps(text: str) -> None:
    scorer = Scorer(0.99)
    moderate(text, load(), scorer)
    assert scorer.asked == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "***", "@", "3.14", "\u0301" * 50_000, "«" * 1_000, "a" * 50_000])
def test_any_text_is_taken(text: str) -> None:
    assert judged(text).offence is Offence.NONE


@pytest.mark.parametrize("chunks", [["ﬁ", "№5", "…"], ["é", "\u00a8"], ["и\u0306"], ["\u0130"]])
def test_cleaning_keeps_one_string_for_each_chunk(chunks: list[str]) -> None:
    assert len(cleaned(chunks)) == len(chunks)


@pytest.mark.parametrize("text", ["см. https://example.org/a?b=c и файл отчёт.pdf", "А. Б. Иванов, hash deadbeef00"])
def test_shields_keep_every_offset(text: str) -> None:
    assert len(shielded(text)) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, shielded(text), strict=True))


def test_a_flood_of_innocent_words_does_not_hide_an_obscene_one() -> None:
    assert judged("баран " * 3_000 + "иди на хуй").offence is Offence.OBSCENE


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Ваш портал говно, заявка не отправляется", Target.NOBODY),
        ("Полный пиздец с вашим сайтом", Target.NOBODY),
        ("your site is shit", Target.NOBODY),
        ("сіздің сайт боқ", Target.NOBODY),
        ("пошли вы на хуй с вашим порталом", Target.STAFF),
        ("ваши операторы мудаки", Target.STAFF),
    ],
)
def test_obscene_words_about_a_thing_of_ours_are_not_aimed_at_our_people(text: str, target: Target) -> None:
    assert moderate(text, load(), None).target is target
