"""Reports of defects: complete, with a screenshot, lacking things, harsh."""

from datetime import datetime

from daemon.demo.letters.build import Draft, Person, SampleLetter, begin, finish, screenshot

DRAFTS = (
    Draft(
        "defect_en",
        "English: the payment page fails, steps and error text given",
        Person("Marta Kowalczyk", "m.kowalczyk@baltagro.example.com"),
        "Error 502 when paying the guarantee fee",
        """
Dear support team,

The guarantee fee for announcement 66310 cannot be paid since this morning.

1. I sign in with the company key and open the announcement.
2. I press "Pay the guarantee fee" and choose "From the wallet".
3. After about a minute the page shows "502 Bad Gateway, request 9f3c-7710".

It is the same in Chrome and in Edge, and a colleague sees it from her computer
too. Other pages of the portal open normally.

Marta Kowalczyk, BaltAgro, phone +48 000 000 001
""",
        encoding="quoted-printable",
    ),
    Draft(
        "defect_kk_lacking",
        "Kazakh: a protocol does not open, nothing else told",
        Person("Қайрат Бейсенов", "kairat.b@example.kz"),
        "Хаттама ашылмайды",
        """
Сәлеметсіз бе! Бүгін таңнан бері порталда хаттама ашылмайды, әлдебір қате
шығады да тұрады. Тезірек түзетіп беріңіздерші, өтінемін.
""",
        encoding="8bit",
    ),
    Draft(
        "defect_ru_lacking",
        "an application cannot be sent: no steps, no error text, no number",
        Person("Павел Ким", "pavel.kim@example.com"),
        "Ошибка портала",
        """
Здравствуйте. Заявка не отправляется, портал выдаёт какую-то ошибку.
Сделайте что-нибудь, пожалуйста, сегодня последний день приёма.
""",
    ),
    Draft(
        "harsh",
        "furious but without one bad word: thrown out of an auction",
        Person("Виктор Лапшин", "v.lapshin@zemlya.example.kz"),
        "Это никуда не годится!",
        """
Третий раз за неделю ваш портал выкидывает меня с торгов за минуту до конца!

Сегодня в 11:58 по лоту 70415 я нажал «Сделать ставку», страница побелела, и
меня выбросило на форму входа. Пока вводил пароль заново, торги закончились.
Из-за вас я потерял хороший участок. Безобразие! Требую разобраться и ответить
по существу, а не отпиской.

Виктор Лапшин, +7 700 000 00 04
""",
    ),
)

_WITH_SCREENSHOT = Draft(
    "defect_screenshot",
    "signing fails: steps, code, contact and a PNG screenshot",
    Person("Нурлан Тлеубаев", "n.tleubaev@altyn-dan.example.kz"),
    "Ошибка SIGN-417 при подписании заявки",
    """
Добрый день!

При подаче заявки по объявлению 77204 подпись не принимается. Что делаю:
1) вхожу в кабинет по ЭЦП организации;
2) открываю объявление 77204 и нажимаю «Подать заявку»;
3) прикладываю справку, нажимаю «Подписать», выбираю ключ и ввожу пароль.

Появляется окно «Подпись не прошла проверку, код SIGN-417», заявка остаётся в
черновиках. На прошлой неделе этим же ключом подписывал без замечаний.
Снимок экрана прилагаю.

Нурлан Тлеубаев
ТОО «Алтын дән», +7 700 000 00 02
""",
)


def with_screenshot(now: datetime) -> SampleLetter:
    """A complete report with a picture attached under a Russian name (RFC 2231)."""
    draft = _WITH_SCREENSHOT
    message = begin(draft, now)
    message.set_content(draft.text.strip() + "\n", cte="base64")
    message.add_attachment(screenshot(), maintype="image", subtype="png", filename="снимок экрана.png")
    return finish(draft, message)
