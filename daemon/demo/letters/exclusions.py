"""Letters outside the service: one for each exclusion of A.6.out, a wrong addressee, advertising."""

from daemon.demo.letters.build import Draft, Person

DRAFTS = (
    Draft(
        "oos_installation",
        "wants NCALayer and a driver installed on a new laptop",
        Person("Ирина Мельник", "irina.melnik@example.kz"),
        "Установка программ",
        """
Добрый день! Купили новый ноутбук, на нём пусто. Подключитесь, пожалуйста,
удалённо и поставьте мне NCALayer и драйвер для токена, сама я в этом не
разбираюсь. Могу в любое время после обеда.

Ирина Мельник, главный бухгалтер
""",
    ),
    Draft(
        "oos_workstation",
        "Kazakh: the laptop overheats and switches itself off",
        Person("Мақсат Әбілов", "maksat.abilov@example.kz"),
        "Ноутбук өшіп қалады",
        """
Сәлеметсіздер ме! Ноутбугым қатты қызып, әр жарты сағат сайын өздігінен өшіп
қалады, қай бағдарламаны ашсам да солай. Вирус па, әлде желдеткіші істен
шықты ма, қарап беріңіздерші.

Мақсат
""",
    ),
    Draft(
        "oos_connectivity",
        "English: asks for proxy settings and ports",
        Person("Sofia Lindqvist", "sofia.lindqvist@fjordmetall.example.com"),
        "Proxy settings",
        """
Hello,

Our head office has put all outgoing traffic behind a proxy, and since then no
external website opens from my desk, yours included. Could you tell me what to
enter in the proxy settings of Windows and which ports our administrator has
to open?

Thank you,
Sofia Lindqvist
""",
        encoding="quoted-printable",
    ),
    Draft(
        "oos_legal",
        "wants the law on pre-emptive rights explained",
        Person("Тамара Величко", "t.velichko@example.org"),
        "Просьба разъяснить закон",
        """
Здравствуйте! Прошу разъяснить, распространяется ли на продажу доли в ТОО с
торгов преимущественное право остальных участников, какой нормой закона это
установлено и сможет ли супруг продавца оспорить сделку в суде.

Тамара Величко
""",
    ),
    Draft(
        "oos_third_party",
        "Kazakh: why does the seller not sign the contract",
        Person("Айнұр Төлегенова", "ainur.tolegenova@example.kz"),
        "Сатушы қол қоймай жүр",
        """
Қайырлы күн! Аукционда жеңіп, келісімшартқа өз тарапымнан қол қойдым. Ал сатушы
екі аптадан бері қол қоймай жүр, хабарлассам, «уақытым жоқ» дейді. Ол неге
бұлай істейді, осы қылығы дұрыс па? Түсіндіріп беріңіздерші.

Айнұр Төлегенова
""",
    ),
    Draft(
        "unrelated",
        "has taken the address for that of a clinic",
        Person("Алёна Сергеева", "alena.sergeeva@example.com"),
        "Запись к педиатру",
        """
Здравствуйте! Не могу записать ребёнка к педиатру: пишет, что участок не найден.
Мы переехали в сентябре, прикрепление к вашей поликлинике оформили. Когда
появится запись на декабрь?
""",
    ),
    Draft(
        "advertising",
        "advertising of search-engine promotion",
        Person("Студия «Первая строка»", "promo@pervaya-stroka.example.com"),
        "Выведем ваш сайт в топ за 14 дней",
        """
Уважаемый руководитель!

Только до конца недели скидка 40 % на продвижение сайта: аудит, 200 запросов в
топ-10, настройка рекламы под ключ. Первые десять заявок получают лендинг в
подарок. Оставить заявку: https://pervaya-stroka.example.com/skidka

Если предложение неинтересно, просто удалите это письмо.
""",
        encoding="quoted-printable",
        expects_reply=None,
    ),
)
