"""The letters of the benchmark: distinct plain Russian requests of 1.5 kB, every fifth with a picture of 100 kB."""

import base64
import random

TEXT = (
    "Добрый день! При публикации объявления на портале появляется ошибка 500, хотя все поля заполнены. "
    "Захожу в личный кабинет, открываю раздел «Объявления», нажимаю «Опубликовать», и страница не отвечает. "
    "Пробовал в другом браузере, результат тот же. Номер объявления {number}. Подскажите, что делать?\n"
)
PICTURE_OCTETS = 100_000


def letters(count: int, seed: int) -> list[bytes]:
    """`count` letters of as many senders."""
    chance = random.Random(seed)
    return [_letter(number, chance) for number in range(count)]


def _letter(number: int, chance: random.Random) -> bytes:
    head = (
        f"From: client{number}@example.kz\r\nTo: info@e-sauda.kz\r\n"
        f"Message-ID: <{chance.getrandbits(64):x}@example.kz>\r\n"
        f"Subject: =?utf-8?B?{base64.b64encode(f'Ошибка {number}'.encode()).decode()}?=\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0500\r\nMIME-Version: 1.0\r\n"
    )
    text = base64.encodebytes(TEXT.format(number=chance.randrange(10**6)).encode() * 2).replace(b"\n", b"\r\n")
    plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text
    if number % 5:
        return head.encode() + plain
    picture = base64.encodebytes(chance.randbytes(PICTURE_OCTETS)).replace(b"\n", b"\r\n")
    return (
        head.encode()
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        + plain
        + b'--b\r\nContent-Type: image/png; name="screen.png"\r\nContent-Transfer-Encoding: base64\r\n'
        + b"Content-Disposition: attachment\r\n\r\n"
        + picture
        + b"--b--\r\n"
    )
