"""Letters about which the regulation has something to say beyond the matter: language (B.3, C.7a), staff (C.7b)."""

from daemon.demo.letters.build import Draft, Person

DRAFTS = (
    Draft(
        "obscene_plain",
        "a matter in obscene words, written plainly",
        Person("Руслан", "ruslan.r@example.com"),
        "заявка опять в черновиках",
        """
Какого хуя заявка по лоту 80112 снова лежит в черновиках, если я её вчера
подписал? Верните её в поданные, торги завтра.
""",
    ),
    Draft(
        "obscene_disguised",
        "a matter in obscene words, disguised with signs",
        Person("Игорь С.", "igor.s@example.org"),
        "код подтверждения",
        """
Код подтверждения, бл@ть, приходит через час, когда он уже недействителен.
П*здец, а не сервис. Куда нажать, чтобы код прислали ещё раз?
""",
        encoding="quoted-printable",
    ),
    Draft(
        "obscene_kk",
        "Kazakh: a matter with an obscene word",
        Person("Дәурен", "dauren@example.kz"),
        "шот-фактура",
        """
Не деген қотақ сайт бұл, жарты сағаттан бері іздеп отырмын! Қызмет ақысының
шот-фактурасын қай жерден жүктеп аламын, айтыңдаршы.
""",
        encoding="8bit",
    ),
    Draft(
        "insult_staff",
        "insults the support staff",
        Person("Геннадий Фролов", "g.frolov@example.com"),
        "Вашей поддержке",
        """
В вашей поддержке сидят одни тупые идиоты. Неделю отписываетесь общими фразами,
а по делу ни слова. Дебилы!
""",
        expects_reply=None,
    ),
    Draft(
        "staff_complaint",
        "complains of an employee's conduct in the chat",
        Person("Лариса Цой", "larisa.tsoy@example.kz"),
        "Жалоба на сотрудника чата",
        """
Здравствуйте. Вчера около трёх часов дня в онлайн-консультанте мне отвечал
специалист по имени Тимур. На второй вопрос он написал, что мне с такими
знаниями «рано лезть в торги», и закрыл разговор. Считаю такое обращение
недопустимым и прошу рассмотреть поведение сотрудника.

Лариса Цой
""",
    ),
)
