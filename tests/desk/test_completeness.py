import pytest

from daemon.desk.completeness import facts, lacks_contact, lacks_evidence


@pytest.mark.parametrize(
    "text",
    [
        "Звоните 8 701 555 12 80",
        "+7 (717) 255-55-30",
        "тел. 8 (7212) 55-01-20 вн. 4",
        "ИИН 830622400517",
        "БСН 050240003311",
        "логин melnik_t",
        "Логинім askar_b",
        "my login: mark_d",
        "С уважением, Омаров Е., ТОО «Береке»",
        "«Нұр-Дән» ЖШС, Сәуле",
        "Best regards, John, Steppe LLP",
    ],
)
def test_contact_is_there(text: str) -> None:
    assert not lacks_contact(facts("", text, "", []))


@pytest.mark.parametrize(
    "text",
    [
        "Не открывается лот 48213, цена 3 410 000",
        "Алия",
        "С уважением, Наталья",
        "ошибка 500, дата 12.03.2026",
        "ТОО «Берег» выиграло торги. " + "Страница не открывается, пробовал много раз. " * 6,
    ],
)
def test_contact_is_missing(text: str) -> None:
    assert lacks_contact(facts("", text, "", []))


def test_a_signature_block_that_was_cut_off_counts_as_contact() -> None:
    assert not lacks_contact(facts("", "Не открывается страница", "-- \nАйгуль\n8 701 555 12 80", []))


@pytest.mark.parametrize(
    "text",
    [
        "Лот 48213 не открывается",
        "объявление № 36650",
        "счёт № 20456",
        "80111 лот",
        "https://e-sauda.com/lots/60777",
        "выходит 502 Bad Gateway",
        "пишет «Сервис временно недоступен»",
        "«Өтінім қабылданбады» дейді",
        'It says "Invalid format"',
        "ошибка 403",
    ],
)
def test_evidence_is_there(text: str) -> None:
    assert not lacks_evidence(facts("", text, "", []))


@pytest.mark.parametrize(
    "text",
    ["кнопка не нажимается", "заплатил 500 тысяч, а на счёте ноль", "кнопка «Подать» уехала под край экрана"],
)
def test_evidence_is_missing(text: str) -> None:
    assert lacks_evidence(facts("", text, "", []))


def test_an_attachment_is_evidence() -> None:
    assert not lacks_evidence(facts("", "не работает кнопка", "", ["screen.png"]))
