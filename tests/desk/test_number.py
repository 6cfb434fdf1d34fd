"""Registration numbers (C.4): written, checked and found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.number import (
    NUMBERS_MAX,
    RegistrationNumber,
    check_digit,
    numbers_in,
    reference,
    registration_number,
)

PREFIX = "ES"
OURS = RegistrationNumber(2026, 123, 8)
YEARS = st.integers(2000, 2099)
RUNNING = st.integers(1, 999_999_999)


def test_a_number_is_prefix_year_running_number_and_check_digit() -> None:
    assert registration_number(PREFIX, 2026, 123) == "ES-2026-000123-8"
    assert registration_number("ДС", 2026, 1_234_567).startswith("ДС-2026-1234567-")
    assert reference(2026, 123) == OURS.reference == "2026-000123"


def test_the_check_digit_is_the_one_of_the_published_example() -> None:
    assert check_digit("572") == 4


@pytest.mark.parametrize(("year", "running"), [(1999, 1), (2100, 1), (2026, 0), (2026, -1), (2026, 10**9)])
def test_what_no_number_can_hold_is_refused(year: int, running: int) -> None:
    with pytest.raises(ValueError, match="no registration number"):
        registration_number(PREFIX, year, running)


@given(YEARS, RUNNING)
def test_every_number_is_found_again(year: int, running: int) -> None:
    text = f"Добрый день! Обращение {registration_number(PREFIX, year, running)}, спасибо."
    assert [(n.year, n.running) for n in numbers_in(text, PREFIX)] == [(year, running)]


@given(YEARS, RUNNING, st.data())
def test_every_single_wrong_digit_is_noticed(year: int, running: int, data: st.DataObject) -> None:
    number = registration_number(PREFIX, year, running)
    places = [place for place, letter in enumerate(number) if letter.isdigit()]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert numbers_in(number[:place] + wrong + number[place + 1 :], PREFIX) == ()


@given(YEARS, RUNNING, st.data())
def test_every_swap_of_two_neighbours_is_noticed(year: int, running: int, data: st.DataObject) -> None:
    key = f"{year}{running:06d}"
    check = check_digit(key)
    place = data.draw(st.integers(0, len(key) - 2))
    swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    assert swapped == key or check_digit(swapped) != check


@pytest.mark.parametrize(
    "text",
    [
        "ES-2026-000123-8",
        "es-2026-000123-8",
        "[ES-2026-000123-8] Re: вопрос",
        "RE:ES-2026-000123-8",
        "ES - 2026 - 000123 - 8",
        "ES–2026–000123–8",
        "ES—2026‑000123−8",
        "ES 2026-000123-8",
        "ES2026-000123-8",
        "ES-2026-\n000123-8",
        "ЕS-2026-000123-8",
        "ЕС-2026-000123-8",
        "ес-2026-000123-8",
        "2026-000123-8",
        "№2026-000123-8",
        "по обращению 2026-000123-8.",
        "ES-2026-000123-8-ке қатысты",
        "акт_ES-2026-000123-8.pdf",
    ],
)
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    assert numbers_in(text, PREFIX) == (OURS,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ES-2026-000123-7",
        "2026-000123-7",
        "ES-2026-000123",
        "ES-2026-123-8",
        "ES-2026-0000123-8",
        "ES-2026-000123-88",
        "ES-2026-000123-8-1",
        "INV-2026-000123-8",
        "RES-2026-000123-8",
        "12026-000123-8",
        "1-2026-000123-8",
        "ES-2026-000000-" + str(check_digit("2026000000")),
        "ES-1926-000123-8",
        "ES/2026/000123/8",
        "E S-2026-000123-8 "[0:3],
    ],
)
def test_what_is_no_number_of_ours_is_passed_over(text: str) -> None:
    assert numbers_in(text, PREFIX) == ()


def test_numbers_come_in_their_order_and_once_each() -> None:
    first, second = registration_number(PREFIX, 2026, 9), registration_number(PREFIX, 2025, 123)
    text = f"{first} {second}, опять {first.lower()}"
    assert [n.reference for n in numbers_in(text, PREFIX)] == ["2026-000009", "2025-000123"]


def test_another_prefix_may_be_configured_and_is_taken_literally() -> None:
    assert numbers_in("Q.-2026-000123-8", "Q.") == (OURS,)
    assert numbers_in("QX-2026-000123-8", "Q.") == ()


def test_a_text_full_of_numbers_gives_a_bounded_answer() -> None:
    text = " ".join(registration_number(PREFIX, 2026, running) for running in range(1, 500))
    assert len(numbers_in(text, PREFIX)) == NUMBERS_MAX


@pytest.mark.parametrize("filler", ["ES-", "ES-2026-", "2026-000123-", "-" * 50, "ES   -   2026", "0" * 50])
def test_a_long_hostile_text_gives_nothing(filler: str) -> None:
    assert numbers_in(filler * 20_000, PREFIX) == ()
