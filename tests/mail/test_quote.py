"""What the person wrote now: quotations, attributions and signatures of mail clients in ru, kk, en, uk."""

# ruff: noqa: E501 - lines of raw mail are compared more easily when they are not broken

import pytest

from daemon.mail.limits import Limits
from daemon.mail.quote import REPLY_MARKER, split_quotation

ANSWER = "Спасибо, всё заработало.\nНо появился ещё один вопрос."
OLD = "Здравствуйте!\nВаше обращение получено.\nС уважением, служба поддержки"
QUOTED = "\n".join(f"> {line}" for line in OLD.split("\n"))

BEFORE_QUOTED = {
    "gmail ru": "ср, 7 мая 2025 г. в 14:05, Служба поддержки <info@e-sauda.kz>:",
    "gmail ru, wrapped": "ср, 7 мая 2025 г. в 14:05, Служба поддержки портала E-SAUDA <\ninfo@e-sauda.kz>:",
    "gmail ru, android": "ср, 7 мая 2025 г., 14:05 Служба поддержки <info@e-sauda.kz>:",
    "gmail ru, long ago": "7 мая 2017 г., 14:05 пользователь Служба поддержки <info@e-sauda.kz> написал:",
    "gmail ru, narrow blanks": "ср, 7\u00a0мая 2025\u202fг. в 14:05, Служба поддержки <info@e-sauda.kz>:",
    "mail.ru": "Среда, 7 мая 2025, 14:05 +05:00 от Служба поддержки <info@e-sauda.kz>:",
    "mail.ru, no address": "Среда, 7 мая 2025, 14:05 +05:00 от Служба поддержки:",
    "yandex": '07.05.2025, 14:05, "Служба поддержки" <info@e-sauda.kz>:',
    "apple ru": "7 мая 2025 г., в 14:05, Служба поддержки <info@e-sauda.kz> написал(а):",
    "apple ru, left-to-right mark": "7 мая 2025 г., в 14:05,\u200e Служба поддержки <info@e-sauda.kz>\u200e написал(а):",
    "apple ru, wrapped": "7 мая 2025 г., в 14:05, Служба поддержки\n<info@e-sauda.kz> написал(а):",
    "thunderbird ru": "07.05.2025 14:05, Служба поддержки пишет:",
    "the bat": "Вы писали 7 мая 2025 г., 14:05:",
    "roundcube ru": "Служба поддержки писал(а) 2025-05-07 14:05:",
    "evolution ru": "В Ср, 07/05/2025 в 14:05 +0500, Служба поддержки пишет:",
    "k-9 ru": "7 мая 2025 г. 14:05:31 GMT+05:00, Служба поддержки <info@e-sauda.kz> пишет:",
    "spark ru": "7 мая 2025 г., 14:05 +0500, Служба поддержки <info@e-sauda.kz>, писал:",
    "gmail en": "On Wed, May 7, 2025 at 2:05 PM Support <info@e-sauda.kz> wrote:",
    "gmail en, verb alone": "On Wed, May 7, 2025 at 2:05 PM Support of E-SAUDA <info@e-sauda.kz>\nwrote:",
    "apple en": "On 7 May 2025, at 14:05, Support <info@e-sauda.kz> wrote:",
    "thunderbird en": "On 5/7/25 2:05 PM, Support wrote:",
    "gmail kk": "ср, 2025 ж. 07 мам., 14:05 Қолдау қызметі <info@e-sauda.kz> жазды:",
    "apple kk": "2025 ж. 7 мамыр, 14:05, Қолдау қызметі <info@e-sauda.kz> жазды:",
    "kk, number date": "07.05.2025 14:05, Қолдау қызметі жазды:",
    "gmail uk": "ср, 7 трав. 2025 р. о 14:05 Служба підтримки <info@e-sauda.kz> пише:",
    "any language, date and quotation": "2025-05-07 14:05 GMT+05:00 Qoldau <info@e-sauda.kz>:",
    "only an address": "Служба поддержки <info@e-sauda.kz> писал:",
}  # fmt: skip

HEADER_BLOCKS = {
    "outlook ru": "От: Служба поддержки <info@e-sauda.kz>\nОтправлено: 7 мая 2025 г. 14:05\nКому: Иван\nТема: RE: Лот",
    "outlook ru, copy and importance": "От: info@e-sauda.kz [mailto:info@e-sauda.kz]\nОтправлено: среда, 7 мая 2025 г. "
    "14:05\nКому: a@example.kz\nКопия: b@example.kz\nТема: Лот\nВажность: Высокая",
    "outlook ru, bold": "*От:* Служба поддержки\n*Отправлено:* 7 мая 2025 г. 14:05\n*Кому:* Иван\n*Тема:* Лот",
    "outlook web": "________________________________\nОт: Служба поддержки\nОтправлено: 7 мая 2025 г.\nКому: Иван\nТема: Лот",
    "outlook ru, original": "-----Исходное сообщение-----\nОт: Служба поддержки\nОтправлено: 7 мая 2025 г.\nТема: Лот",
    "outlook en": "From: Support <info@e-sauda.kz>\nSent: Wednesday, May 7, 2025 2:05 PM\nTo: Ivan\nSubject: Lot",
    "outlook kk": "Кімнен: Қолдау қызметі <info@e-sauda.kz>\nЖіберілді: 2025 ж. 7 мамыр 14:05\nКімге: Иван\nТақырыбы: Лот",
    "outlook uk": "Від: Служба підтримки\nНадіслано: 7 травня 2025 р. 14:05\nКому: Іван\nТема: Лот",
    "outlook, wrapped recipients": "От: Служба поддержки\nОтправлено: 7 мая 2025 г.\nКому: a@example.kz;\n b@example.kz;\n"
    " c@example.kz\nТема: Лот",
    "samsung": "-------- Исходное сообщение --------\nОт: Служба поддержки <info@e-sauda.kz>\nДата: 07.05.25 14:05 (GMT+05:00)",
    "zimbra": "----- Исходное сообщение -----\nОт: info@e-sauda.kz\nКому: a@example.kz\nОтправленные: Среда, 7 Май 2025 14:05\nТема: Лот",
    "notes": "От:\tinfo@e-sauda.kz\nКому:\ta@example.kz\nДата:\t07.05.2025 14:05\nТема:\tЛот",
    "yandex, new": "----------------\nКому: info@e-sauda.kz (info@e-sauda.kz);\nТема: Лот;\n07.05.2025, 14:05, \"Служба\" <info@e-sauda.kz>:",
    "kk original": "-----Бастапқы хабар-----\nКімнен: Қолдау қызметі\nКімге: Иван\nТақырыбы: Лот",
    "gmail ru, not quoted": "ср, 7 мая 2025 г. в 14:05, Служба поддержки <info@e-sauda.kz>:",
    "mail.ru, not quoted": "Среда, 7 мая 2025, 14:05 +05:00 от Служба поддержки <info@e-sauda.kz>:",
    "apple ru, not quoted": "7 мая 2025 г., в 14:05, Служба поддержки <info@e-sauda.kz> написал(а):",
    "thunderbird ru, not quoted": "07.05.2025 14:05, Служба поддержки пишет:",
    "rule and a sender with an address": "________________________________\nFrom: Support <info@e-sauda.kz>",
    "date, time and a bare address": "07.05.2025, 14:05, info@e-sauda.kz:",
    "no time, a date and a verb": "7 мая 2025 г. Служба поддержки пишет:",
    "english, no address": "On Wed, May 7, 2025, Support wrote:",
    "english, verb alone": "On Wed, May 7, 2025 at 2:05 PM Support <info@e-sauda.kz>\nwrote:",
    "marker ru": REPLY_MARKER["ru"],
    "marker kk": REPLY_MARKER["kk"],
    "marker en with a token": REPLY_MARKER["en"] + " es.0.aaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb",
    "marker under an unknown header": "Kimdən: info@e-sauda.kz\nTarix: 07.05.2025 14:05:\n\n" + REPLY_MARKER["ru"],
}  # fmt: skip

KEPT = {
    "a label in prose": "Добрый день!\nОт: отдела закупок прошу проверить лот.\nСпасибо.",
    "two labels typed by hand": "Кому: директору\nТема: жалоба на площадку\n\nПрошу рассмотреть.",
    "a person writes that": "Иван пишет: ошибка 500.\nЧто делать?",
    "a date and an address in prose": "7 мая 2025 г. в 14:05 мы писали на a@example.kz и ждём ответа:\nего нет.",
    "a colon after a date": "Заявка подана 07.05.2025 в 14:05:\nстатус не изменился.",
    "what somebody wrote, told": "Вчера 07.05.2025 в 14:05 оператор мне написал:\nждите три дня.\nСколько ждать?",
    "what somebody wrote, with its date first": "7 мая 2025 г. в 14:05 оператор мне написал:\nждите.\nСколько ждать?",
    "what somebody wrote, in quotation marks": "7 мая 2025 г. в 14:05 оператор написал:\n«ждите»\nСколько ждать?",
    "a sentence that ends in wrote": "Об этом 07.05.2025 в 14:05 я уже писал\nи ответа нет.",
    "what they wrote in English": "On May 7, 2025 at 14:05 your operator told me and wrote:\nwait.\nHow long?",
    "kk: what somebody wrote": "2025 ж. 7 мамыр 14:05 оператор маған жазды:\nкүтіңіз.\nҚанша күту керек?",
    "a list with dashes": "Вопросы:\n- где лот\n- где протокол\n-- второй уровень\nспасибо",
    "one line with an arrow": "Вижу такое:\n> ошибка 12\nи ничего не происходит.",
    "regards at the end": "Не входит в кабинет.\n\nС уважением,\nИван Петров\n+7 700 000 00 00",
    "a line of dashes": "Первая часть\n----------------------------\nВторая часть",
    "the word message in dashes": "--- сообщение об ошибке ---\nне удалось войти",
    "a question in English": "On May 7 I wrote to you and\nyou answered: no.",
}  # fmt: skip


@pytest.mark.parametrize("line", BEFORE_QUOTED.values(), ids=BEFORE_QUOTED.keys())
def test_an_attribution_and_its_quoted_lines_are_cut(line: str) -> None:
    new, quoted = split_quotation(f"{ANSWER}\n\n{line}\n\n{QUOTED}\n")
    assert new == ANSWER
    assert line.split("\n")[0] in quoted
    assert "> Ваше обращение получено." in quoted


@pytest.mark.parametrize("line", BEFORE_QUOTED.values(), ids=BEFORE_QUOTED.keys())
def test_an_answer_below_a_quotation_is_kept(line: str) -> None:
    new, _ = split_quotation(f"{line}\n{QUOTED}\n\n{ANSWER}\n")
    assert new == ANSWER


@pytest.mark.parametrize("block", HEADER_BLOCKS.values(), ids=HEADER_BLOCKS.keys())
def test_all_below_a_header_block_is_cut(block: str) -> None:
    new, quoted = split_quotation(f"{ANSWER}\n\n{block}\n\n{OLD}\n")
    assert new == ANSWER
    assert OLD in quoted


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_only_looks_like_a_quotation_is_kept(text: str) -> None:
    assert split_quotation(text) == (text, "")


@pytest.mark.parametrize(
    "opener",
    [
        "---------- Forwarded message ---------\nОт: Биржа <b@example.kz>\nDate: ср, 7 мая 2025 г. в 14:05\nSubject: Лот",
        "-------- Перенаправленное сообщение --------\nТема: Лот\nДата: Wed, 7 May 2025\nОт: Биржа\nКому: Иван",
        "-------- Пересылаемое сообщение --------\nОт кого: Биржа <b@example.kz>\nКому: Иван\nДата: Среда, 7 мая 2025",
        "Начало переадресованного сообщения:\n\nОт: Биржа\nТема: Лот\nДата: 7 мая 2025 г.\nКому: Иван",
        "Begin forwarded message:\n\nFrom: Exchange\nSubject: Lot\nDate: 7 May 2025\nTo: Ivan",
        "---------- Қайта жіберілген хабар ----------\nКімнен: Биржа\nКімге: Иван\nТақырыбы: Лот",
    ],
    ids=["gmail", "thunderbird", "mail.ru", "apple ru", "apple en", "kk"],
)
def test_forwarded_text_is_kept_and_stays_marked(opener: str) -> None:
    text = f"Прошу ответить на это письмо.\n\n{opener}\n\nТекст чужого письма."
    assert split_quotation(text) == (text, "")


def test_a_forward_that_apple_quotes_is_kept() -> None:
    text = "Прошу ответить.\n\n> Начало переадресованного сообщения:\n>\n> От: Биржа\n> Тема: Лот\n>\n> Текст."
    assert split_quotation(text) == (text, "")


def test_a_forward_inside_what_is_answered_is_cut() -> None:
    text = f"{ANSWER}\n\n{BEFORE_QUOTED['gmail ru']}\n> ---------- Forwarded message ---------\n> От: Биржа\n> Текст."
    assert split_quotation(text)[0] == ANSWER


def test_a_forward_without_a_comment_is_kept_whole() -> None:
    text = "От: Биржа <b@example.kz>\nОтправлено: 7 мая 2025 г.\nКому: Иван\nТема: Лот\n\nТекст письма."
    assert split_quotation(text) == (text, "")


def test_a_header_block_is_content_where_the_subject_says_forward() -> None:
    text = f"Посмотрите.\n\n{HEADER_BLOCKS['outlook ru']}\n\nТекст письма."
    assert split_quotation(text, forwarded=True) == (text, "")
    assert split_quotation(text)[0] == "Посмотрите."


def test_answers_between_quoted_lines_are_all_kept() -> None:
    text = "Добрый день!\n\n> Какой номер лота?\n123456\n> Какой браузер?\nХром\n\nСпасибо"
    assert split_quotation(text)[0] == "Добрый день!\n\n123456\nХром\n\nСпасибо"


@pytest.mark.parametrize(
    "line",
    [
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail",
        "Отправлено из мобильного приложения Яндекс Почты",
        "Отправлено с моего Samsung Galaxy",
        "Sent from my iPhone",
        "Получить Outlook для Android<https://example.com/x>",
        "Get Outlook for iOS",
        "iPhone-нан жіберілді",
        "Менің Galaxy құрылғысынан жіберілді",
        "Надіслано з iPhone",
    ],
)
def test_the_line_of_a_telephone_is_cut(line: str) -> None:
    assert split_quotation(f"{ANSWER}\n\n{line}")[0] == ANSWER
    assert split_quotation(f"{ANSWER}\n\n--\n{line}\n{BEFORE_QUOTED['mail.ru']}\n{OLD}")[0] == ANSWER


def test_a_sentence_that_begins_like_a_telephone_is_kept() -> None:
    text = "Не вижу ответа.\nОтправлено с моего адреса вчера, но ответа нет."
    assert split_quotation(text) == (text, "")


def test_a_signature_block_is_cut_and_given_back() -> None:
    new, quoted = split_quotation(f"{ANSWER}\n-- \nИван Петров\nТОО «Пример»")
    assert new == ANSWER
    assert quoted == "--\nИван Петров\nТОО «Пример»"


def test_a_long_text_below_two_dashes_is_no_signature() -> None:
    text = "Введение\n--\n" + "\n".join(f"пункт {number}" for number in range(30))
    assert split_quotation(text) == (text, "")


def test_our_own_letter_come_back_has_no_new_words() -> None:
    assert split_quotation(f"{REPLY_MARKER['ru']}\n\n{OLD}")[0] == ""


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_the_marker_is_known_when_quoted_and_rewrapped(language: str) -> None:
    quoted = REPLY_MARKER[language].replace(" ", "\u00a0\u00a0")
    assert split_quotation(f"{ANSWER}\n\n> {quoted}\n{QUOTED}")[0] == ANSWER
    assert split_quotation(f"{ANSWER}\n\n{quoted}\n{OLD}")[0] == ANSWER


def test_nothing_is_lost_between_what_is_kept_and_what_is_cut() -> None:
    text = f"{ANSWER}\n\n{BEFORE_QUOTED['gmail ru']}\n{QUOTED}\n\nПостскриптум"
    new, quoted = split_quotation(text)
    assert sorted((new + "\n" + quoted).split()) == sorted(text.split())


def test_lines_beyond_the_limit_are_given_back_as_cut() -> None:
    new, quoted = split_quotation("\n".join(f"строка {number}" for number in range(3_000)), Limits())
    assert new.endswith("строка 1999")
    assert quoted.startswith("строка 2000\n")
    assert quoted.endswith("строка 2999")


@pytest.mark.parametrize(
    "text",
    [">" * 100_000, "> \n" * 50_000, "On x " * 20_000, "От: a\n" * 20_000, "5 мая 2025 г. 10:12\n" * 10_000, " " * 200_000, "-----\n" * 50_000],
    ids=["arrows", "arrow lines", "openers", "labels", "dates", "blanks", "dividers"],
)  # fmt: skip
def test_hostile_text_is_cut_to_the_limits(text: str) -> None:
    limits = Limits()
    new, quoted = split_quotation(text, limits)
    assert len(new) + len(quoted) <= limits.text_chars + limits.text_lines
