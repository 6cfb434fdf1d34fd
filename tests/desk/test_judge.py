import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.desk.judge import Knowledge, judge, signature
from daemon.desk.verdict import AckKind, Intent, Language, Missing, Offence, Verdict
from daemon.mail.message import Message
from daemon.watch.judging import message_of
from tests.desk.intent_model import known


@pytest.fixture(scope="module")
def knowledge(request: pytest.FixtureRequest) -> Knowledge:
    assert request.config.cache is not None
    return known(request.config.cache.mkdir("intent-model"))


def letter(body: str, subject: str = "", *attachments: str) -> Message:
    """A received message."""
    return message_of({"subject": subject, "body": body, "attachments": list(attachments)})


CLEAR = [
    ("Помогите, пожалуйста, установить NCALayer на новый ноутбук, пошагово", Intent.OOS_THIRD_PARTY_INSTALLATION),
    ("Java бағдарламасын қалай орнатамын?", Intent.OOS_THIRD_PARTY_INSTALLATION),
    ("Please help me to install the Kaztoken driver on Windows", Intent.OOS_THIRD_PARTY_INSTALLATION),
    ("Какую версию NCALayer ставить для портала?", Intent.CONSULT_SOFTWARE_CHOICE),
    ("Which browser do you recommend for bidding?", Intent.CONSULT_SOFTWARE_CHOICE),
    ("Как вернуть гарантийный взнос через кабинет?", Intent.CONSULT_FUNCTIONALITY),
    ("Өтінімді қалай беремін, қай бөлімде?", Intent.CONSULT_FUNCTIONALITY),
    ("How can I register on the portal as a company?", Intent.CONSULT_FUNCTIONALITY),
    ("Какой пробег у трактора по лоту 71234 и можно ли его осмотреть?", Intent.CONSULT_LOT),
    ("Нажимаю «Подать заявку», портал выдаёт ошибку 500, лот 71234", Intent.DEFECT),
    ("Өтінім сақталмайды, «Қате» деп шығады, лот 71234", Intent.DEFECT),
    ("Предлагаю добавить на портал тёмную тему, было бы удобно", Intent.WISH),
    ("Мой компьютер очень тормозит и перегревается, что с ним?", Intent.OOS_WORKSTATION),
    ("Ни один сайт не открывается, интернет пропал, роутер перезагружали", Intent.OOS_CONNECTIVITY),
    ("Законно ли продавать заложенную квартиру и по какой статье?", Intent.OOS_LEGAL),
    ("Продавец не подписывает протокол и не отвечает. Почему он так поступает?", Intent.OOS_THIRD_PARTY_ACTIONS),
    ("На портале госзакупок не отправляется заявка", Intent.OOS_UNRELATED),
    ("Ваш оператор нахамил мне и бросил трубку, прошу принять меры", Intent.STAFF_COMPLAINT),
    ("Перезвоните мне, пожалуйста, 8 701 555 00 99", Intent.CALLBACK),
    ("Спасибо, всё заработало, обращение можно закрыть", Intent.ACKNOWLEDGEMENT),
]


@pytest.mark.parametrize(("text", "intent"), CLEAR)
def test_a_clear_message_is_understood(text: str, intent: Intent, knowledge: Knowledge) -> None:
    assert judge(letter(text), knowledge).intent is intent


@pytest.mark.parametrize("body", ["", "   \n ", "!!!", "???", "> старое письмо\n> ещё строка"])
def test_a_message_without_a_word_is_unintelligible_for_certain(body: str, knowledge: Knowledge) -> None:
    verdict = judge(letter(body), knowledge)
    assert verdict.intent is Intent.UNINTELLIGIBLE
    assert verdict.confidence > 0.9
    assert verdict.also == ()


def test_a_picture_without_a_word_is_unintelligible(knowledge: Knowledge) -> None:
    assert judge(letter("", "", "IMG_0001.jpg"), knowledge).intent is Intent.UNINTELLIGIBLE


def test_only_the_new_words_are_judged(knowledge: Knowledge) -> None:
    quoted = "> Не открывается лот, выдаёт ошибку 500\n> Помогите установить NCALayer"
    verdict = judge(letter(f"Спасибо, всё получилось!\n\n{quoted}", "Re: ошибка"), knowledge)
    assert verdict.intent is Intent.ACKNOWLEDGEMENT


def test_a_reply_prefix_and_our_number_change_nothing(knowledge: Knowledge) -> None:
    plain = judge(letter("Не открывается", "кабинет"), knowledge)
    prefixed = judge(letter("Не открывается", "Re: Отв: [ES-2026-000123-4] кабинет"), knowledge)
    assert dataclasses.replace(plain, evidence=()) == dataclasses.replace(prefixed, evidence=())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Спасибо за ответ!", AckKind.THANKS),
        ("Рақмет сіздерге!", AckKind.THANKS),
        ("Деньги пришли, спасибо, закрывайте", AckKind.SOLVED),
        ("Бәрі шешілді, рақмет, өтінішті жаба беріңіз", AckKind.SOLVED),
        ("It is solved, you can close the request, thank you", AckKind.SOLVED),
        ("До сих пор жду ответа на обращение", AckKind.WAITING),
        ("Әлі жауап күтіп отырмын", AckKind.WAITING),
        ("I am still waiting for your answer", AckKind.WAITING),
    ],
)
def test_an_acknowledgement_says_what_it_is(body: str, kind: AckKind, knowledge: Knowledge) -> None:
    verdict = judge(letter(body, "Re: обращение"), knowledge)
    assert (verdict.intent, verdict.ack_kind) == (Intent.ACKNOWLEDGEMENT, kind)


@pytest.mark.parametrize(
    ("body", "offers"),
    [
        ("Предлагаем продвижение сайтов в топ, скидка 20 процентов, первый месяц бесплатно!", True),
        ("We offer SEO and backlinks, special discount for your website this week", True),
        ("Ищу работу бухгалтером, резюме прикрепила", False),
        ("На госзакупе не подписывается договор, помогите", False),
    ],
)
def test_advertising_is_told_from_a_wrong_addressee(body: str, offers: bool, knowledge: Knowledge) -> None:
    verdict = judge(letter(body), knowledge)
    assert (verdict.intent, verdict.advertising) == (Intent.OOS_UNRELATED, offers)


def test_a_bare_defect_report_lacks_everything(knowledge: Knowledge) -> None:
    verdict = judge(letter("у вас на портале ничего не нажимается, всё зависло"), knowledge)
    assert verdict.intent is Intent.DEFECT
    assert set(verdict.missing) == set(Missing)


def test_a_full_defect_report_lacks_nothing(knowledge: Knowledge) -> None:
    body = (
        "Захожу в кабинет, открываю раздел «Мои заявки», нажимаю «Подать», ввожу пароль от ключа, и портал пишет "
        "«Ошибка сохранения». Пробовал в двух браузерах. Лот 71234. ТОО «Ясень», БИН 080340009900, тел. 8 701 555 12 80"
    )
    verdict = judge(letter(body), knowledge)
    assert (verdict.intent, verdict.missing) == (Intent.DEFECT, ())


def test_only_a_defect_lacks_anything(knowledge: Knowledge) -> None:
    assert judge(letter("Как отозвать заявку?"), knowledge).missing == ()


def test_a_question_of_law_beside_a_defect_is_named(knowledge: Knowledge) -> None:
    body = (
        "Нажимаю «Подписать протокол», вылезает ошибка 500, лот 71234. И ещё вопрос: законно ли брать пеню без суда "
        "и по какой статье Гражданского кодекса?"
    )
    verdict = judge(letter(body), knowledge)
    assert verdict.intent is Intent.DEFECT
    assert Intent.OOS_LEGAL in verdict.also


def test_the_other_findings_are_in_the_verdict(knowledge: Knowledge) -> None:
    verdict = judge(letter("Идиоты, как отозвать заявку на портале?"), knowledge)
    assert (verdict.language, verdict.offence) == (Language.RU, Offence.INSULT)
    assert [page.url for page in verdict.help_pages] == ["https://e-sauda.kz/help/application-withdraw"]


def test_the_evidence_names_rule_and_words(knowledge: Knowledge) -> None:
    verdict = judge(letter("Помогите установить NCALayer"), knowledge)
    rules = [item for item in verdict.evidence if item.rule.endswith("install-a-program")]
    assert rules
    assert "ncalayer" in rules[0].words


def test_a_signature_below_its_dashes_is_found_and_a_quotation_is_not() -> None:
    body = "Не открывается\n\n-- \nАйгуль\n8 701 555 12 80\n\n> Служба поддержки\n> 8 7172 00 00 00"
    found = signature(letter(body))
    assert "8 701 555 12 80" in found
    assert "8 7172 00 00 00" not in found


def coherent(verdict: Verdict) -> bool:
    """True where the parts of a verdict do not contradict one another."""
    return (
        0 <= verdict.confidence <= 1
        and verdict.intent not in verdict.also
        and (not verdict.missing or verdict.intent is Intent.DEFECT)
        and (verdict.ack_kind is AckKind.NONE) is (verdict.intent is not Intent.ACKNOWLEDGEMENT)
        and (not verdict.advertising or verdict.intent is Intent.OOS_UNRELATED)
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=st.text(max_size=80), body=st.text(max_size=400))
def test_any_text_gets_a_coherent_verdict(subject: str, body: str, knowledge: Knowledge) -> None:
    assert coherent(judge(letter(body, subject), knowledge))


@pytest.mark.parametrize(
    "body", ["а" * 60_000, "не работает " * 5_000, "? " * 20_000, "«" * 20_000, "1" * 50_000, "a.b-" * 15_000]
)
def test_hostile_text_gets_a_coherent_verdict(body: str, knowledge: Knowledge) -> None:
    assert coherent(judge(letter(body), knowledge))


def test_the_same_message_gets_the_same_verdict(knowledge: Knowledge) -> None:
    message = letter("Портал не видит NCALayer, законно ли это?")
    assert judge(message, knowledge) == judge(message, knowledge)
