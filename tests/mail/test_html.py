"""HTML to text: layout kept, quotations marked, bombs bounded."""

# ruff: noqa: E501 - lines of raw mail are compared more easily when they are not broken

import pytest

from daemon.mail.html import to_text
from daemon.mail.quote import split_quotation
from tests.mail.letters import LIMITS

OLD = "Ваше обращение получено."
ANSWER = "Спасибо, всё заработало."
HEAD = "<b>От:</b> Служба &lt;info@e-sauda.kz&gt;<br><b>Отправлено:</b> 7 мая 2025 г. 14:05<br><b>Кому:</b> Иван<br><b>Тема:</b> Лот"

REPLIES = {
    "gmail": f'<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">ср, 7 мая 2025 г. '
    f'в 14:05, Служба &lt;<a href="mailto:info@e-sauda.kz">info@e-sauda.kz</a>&gt;:<br></div><blockquote class="gmail_quote" '
    f'style="margin:0 0 0 .8ex"><div>{OLD}</div></blockquote></div>',
    "outlook": f'<div class=WordSection1><p class=MsoNormal>{ANSWER}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;'
    f'padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal>{HEAD}</p></div><p class=MsoNormal>{OLD}</p></div>',
    "outlook, labels of no known language": f'<p>{ANSWER}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>'
    f'Kimdən: Служба &lt;info@e-sauda.kz&gt;<br>Gönderilib: 7 мая<br>Kimə: Иван<br>Mövzu: Лот</p></div><p>{OLD}</p>',
    "outlook web": f'<div>{ANSWER}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id='
    f'"divRplyFwdMsg" dir="ltr">{HEAD}</div><div>{OLD}</div>',
    "mail.ru": f'<div>{ANSWER}</div><div data-signature-widget="container">-- <br>Иван</div><blockquote style="border-left:1px '
    f'solid #0857A6"> Среда, 7 мая 2025, 14:05 +05:00 от Служба &lt;info@e-sauda.kz&gt;:<br><div>{OLD}</div></blockquote>',
    "yandex": f'<div>{ANSWER}</div><div>&nbsp;</div><div>07.05.2025, 14:05, "Служба" &lt;info@e-sauda.kz&gt;:</div><blockquote>'
    f"<p>{OLD}</p></blockquote>",
    "apple": f'<div>{ANSWER}</div><div><br><blockquote type="cite"><div>7 мая 2025 г., в 14:05, Служба &lt;info@e-sauda.kz&gt; '
    f"написал(а):</div><br><div>{OLD}</div></blockquote></div>",
    "thunderbird": f'<p>{ANSWER}</p><div class="moz-cite-prefix">07.05.2025 14:05, Служба пишет:<br></div><blockquote type="cite" '
    f'cite="mid:1@e-sauda.kz"><p>{OLD}</p></blockquote>',
    "yahoo": f'<div>{ANSWER}</div><div class="yahoo_quoted"><div>Служба, среда, 7 мая:</div><div>{OLD}</div></div>',
}  # fmt: skip


@pytest.mark.parametrize("html", REPLIES.values(), ids=REPLIES.keys())
def test_the_quotation_of_a_client_is_cut(html: str) -> None:
    text, _ = to_text(f"<html><body>{html}</body></html>", LIMITS)
    new, quoted = split_quotation(text)
    assert new == ANSWER
    assert OLD in quoted.replace("> ", "")


def test_a_forward_of_gmail_is_kept() -> None:
    html = (
        f'<div>Прошу ответить.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        f"От: Биржа &lt;b@example.kz&gt;<br>Date: ср, 7 мая 2025 г.<br>Subject: Лот<br>To: &lt;a@example.kz&gt;<br></div>{OLD}</div>"
    )
    new, quoted = split_quotation(to_text(html, LIMITS)[0])
    assert new.startswith("Прошу ответить.")
    assert OLD in new
    assert quoted == ""


def test_a_forward_of_apple_is_kept() -> None:
    html = (
        '<div>Прошу ответить.</div><div><br><blockquote type="cite"><div>Начало переадресованного сообщения:</div><br>'
        f"<div><b>От: </b>Биржа</div><div><b>Тема: </b>Лот</div><br><div>{OLD}</div></blockquote></div>"
    )
    assert OLD in split_quotation(to_text(html, LIMITS)[0])[0]


def test_an_answer_below_a_quotation_is_kept() -> None:
    text, _ = to_text(f"<blockquote><p>{OLD}</p></blockquote><p>{ANSWER}</p>", LIMITS)
    assert split_quotation(text)[0] == ANSWER


def test_layout_survives() -> None:
    html = "<p>Добрый день!<br>Вторая строка</p><ul><li>один</li><li>два</li></ul><table><tr><td>Лот</td><td>15</td></tr></table>"
    lines = [line.split() for line in to_text(html, LIMITS)[0].split("\n") if line]
    assert lines == [["Добрый", "день!"], ["Вторая", "строка"], ["*", "один"], ["*", "два"], ["Лот", "15"]]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>evil()</script>",
        "<style>p{}</style>",
        "<title>evil</title>",
        "<!-- evil -->",
        '<div style="display:none">evil</div>',
    ],
)
def test_what_is_not_shown_is_not_read(hidden: str) -> None:
    assert to_text(f"<html><head></head><body>{hidden}<p>seen</p></body></html>", LIMITS)[0].strip() == "seen"


@pytest.mark.parametrize("char", ["\ue000", "\ue001", "\ue002"])
def test_our_private_marks_cannot_be_smuggled_in(char: str) -> None:
    assert to_text(f"<p>a{char}b</p>", LIMITS)[0] == "ab"


@pytest.mark.parametrize(
    ("html", "excess"),
    [
        ("<div>" * 1_000 + "words", "depth"),
        ("<p>words</p>" * 30_000, "tags"),
        ("<p " + "a=b " * 5_000 + ">words", "attributes"),
        ("<" * 200_000 + "words", "tags"),
        ("<b><p>" * 20_000 + "words", "depth"),
    ],
)
def test_a_document_over_a_limit_is_stripped_plainly(html: str, excess: str) -> None:
    text, defects = to_text(html, LIMITS)
    assert "words" in text
    assert [(defect.code, defect.detail) for defect in defects] == [("html_not_laid_out", excess)]


def test_a_document_too_long_is_cut_and_told() -> None:
    text, defects = to_text("<p>" + "слово " * 300_000, LIMITS)
    assert len(text) <= LIMITS.html_octets
    assert "html_cut" in {defect.code for defect in defects}


@pytest.mark.parametrize(
    "html",
    [
        "",
        " ",
        "<",
        "<p",
        "</",
        "<!--",
        "<!-->",
        "&",
        "&#x110000;",
        "&#0;",
        "<p>\x00</p>",
        "<?xml encoding='x'?>a",
        "<html",
        "\ud800",
    ],
)
def test_broken_html_gives_a_text(html: str) -> None:
    assert isinstance(to_text(html, LIMITS)[0], str)
