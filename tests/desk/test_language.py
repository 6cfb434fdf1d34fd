"""The language of a message, by letters, words and endings; the trained opinion only when nothing else tells."""

import pytest

from daemon.desk.language import identify
from daemon.desk.verdict import Language


class Opinion:
    """A detector that always says the same."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.asked = 0

    def rank(self, text: str) -> list[tuple[str, float]]:
        self.asked += 1
        return [(self.language, 1.0)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Здравствуйте, не могу войти в кабинет", Language.RU),
        ("Zdravstvuyte, ne mogu voyti v kabinet, chto delat", Language.RU),
        ("ghbdtn? rfr djqnb d rf,bytn& gjvjubnt? gj;fkeqcnf", Language.RU),
        ("Сәлеметсіз бе, кабинетке кіре алмаймын", Language.KK),
        ("Саламатсыздар ма, кабинетке кире алмай отырмын, не истеу керек", Language.KK),
        ("Salemetsiz be, kabinetke kire almai otyrmyn, ne isteu kerek", Language.KK),
        ("Hello, I cannot open my cabinet, please help", Language.EN),
        ("Мен лотқа өтінім беріп едім, но почему-то отказали, объясните пожалуйста", Language.MIXED),
        ("Hi коллеги, подскажите, what is the best way to place my bid on the портал and how", Language.MIXED),
        ("", Language.UNKNOWN),
        ("12345 !!! №7", Language.UNKNOWN),
        ("lot.pdf https://example.org", Language.UNKNOWN),
    ],
)
def test_the_language_is_told(text: str, language: Language) -> None:
    assert identify(text, Opinion("en")) is language


def test_an_error_text_in_english_leaves_a_russian_message_russian() -> None:
    text = (
        "Здравствуйте, при подписании вышла ошибка:\n"
        "The server is not available, please try again and contact your administrator\n"
        "Что мне делать?"
    )
    assert identify(text, Opinion("en")) is Language.RU


def test_quoted_words_do_not_make_a_message_mixed() -> None:
    assert (
        identify("Портал маған «ваша заявка отклонена, попробуйте ещё раз» деп тұр, не істеймін?", Opinion("ru"))
        is Language.KK
    )


def test_the_trained_opinion_is_asked_only_without_telling_words() -> None:
    opinion = Opinion("kk")
    assert identify("протокол аукцион", opinion) is Language.KK
    assert identify("я не могу войти", opinion) is Language.RU
    assert opinion.asked == 1
