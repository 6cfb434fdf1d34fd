import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.intent_text import TEXT_CHARS, WORD_CHARS, clean_subject, fold, kazakh_stem, mask, sentences, stems


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("Re: Re: ЭСФ", "ЭСФ"),
        ("Отв: Fwd: Жауап: хаттама", "хаттама"),
        ("RE[2]: invoice", "invoice"),
        ("Re: [ES-2026-000123-4] не работает", "не работает"),
        ("ES-2026-000123-4", ""),
        ("Решение суда", "Решение суда"),
        ("Вопрос: тариф", "Вопрос: тариф"),
    ],
)
def test_a_subject_loses_reply_prefixes_and_our_numbers_only(subject: str, clean: str) -> None:
    assert clean_subject(subject) == clean


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("пишите на a.b@example.kz", "zzmail"),
        ("тел. +7 701 555 12 80", "zzphone"),
        ("8(7172)55-01-20", "zzphone"),
        ("ИИН 830622400517", "zziin"),
        ("сумма 3 410 000 тенге", "zzsum"),
        ("лот 48213", "zznum"),
        ("https://example.kz/a?b=1", "zzlink"),
    ],
)
def test_numbers_and_addresses_become_one_word_each(text: str, word: str) -> None:
    assert word in mask(text).split()


def test_the_host_of_a_link_stays_readable() -> None:
    assert "goszakup.example.kz" in mask("https://goszakup.example.kz/ru/announce/1").split()


def test_kazakh_typed_on_a_russian_keyboard_reads_alike() -> None:
    assert fold("Өтінімді қайтарыңыз") == fold("Отинимди кайтарыныз")


def test_russian_in_latin_letters_is_read_aloud() -> None:
    (one,) = sentences("", "kak obnovit javu, ona pishet oshibka")
    assert {"как", "обновит", "пишет", "ошибка"} <= set(one.words)
    assert one.typed[0] == "kak"


def test_english_is_left_in_its_letters() -> None:
    (one,) = sentences("", "Which browser is the best for your portal?")
    assert one.words == one.typed
    assert one.asks


def test_names_of_programs_inside_russian_stay_in_latin_letters() -> None:
    (one,) = sentences("", "Помогите поставить NCALayer на ноутбук")
    assert "ncalayer" in one.words


@pytest.mark.parametrize(
    "forms",
    [("өтінім", "өтінімді", "өтінімдерімізді"), ("кабинет", "кабинетте", "кабинеттегі"), ("хаттама", "хаттамада")],
)
def test_forms_of_a_kazakh_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({kazakh_stem(fold(form)) for form in forms}) == 1


def test_a_russian_word_has_a_russian_stem_first() -> None:
    assert stems("заявками")[0] == stems("заявки")[0]


def test_of_a_long_text_both_ends_are_read() -> None:
    words = [word for one in sentences("", "начало " + "ж " * TEXT_CHARS + "конец") for word in one.words]
    assert words[0] == "начало"
    assert words[-1] == "конец"
    assert len(words) < TEXT_CHARS


@given(st.text(max_size=300), st.text(max_size=600))
def test_any_text_has_sentences_of_short_words(subject: str, body: str) -> None:
    for one in sentences(subject, body):
        assert one.words
        assert len(one.words) == len(one.typed)
        assert all(len(word) <= WORD_CHARS for word in one.typed)
