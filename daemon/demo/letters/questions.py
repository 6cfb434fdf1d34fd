"""Questions, wishes and thanks in Russian, Kazakh and English."""

from daemon.demo.letters.build import Draft, Person

DRAFTS = (
    Draft(
        "question_ru",
        "asks whether a branch needs a cabinet of its own",
        Person("Динара Сатыбалдина", "d.satybaldina@stroyservis.example.kz"),
        "Кабинет для филиала",
        """
Здравствуйте!

Наше предприятие работает через филиал в Актобе, у филиала собственный БИН.
Подскажите, пожалуйста, на кого оформлять кабинет участника: на головное
предприятие или на филиал? И можно ли позже добавить в этот же кабинет
вторую сотрудницу с её собственной ЭЦП?

С уважением,
Динара Сатыбалдина,
бухгалтер филиала, +7 700 000 00 01
""",
    ),
    Draft(
        "question_kk",
        "Kazakh: how to get the guarantee fee back",
        Person("Ерлан Жұмабеков", "erlan.zhumabekov@example.kz"),
        "Кепілдік жарнаны қайтару",
        """
Қайырлы күн!

Өткен аптадағы аукционда жеңе алмадым. Кепілдік жарнам әлі жеке шотымда тұр.
Оны банктегі шотыма қайтару үшін кабинеттің қай бөліміне кіріп, қандай
өтініш толтыруым керек? Ақша әдетте неше күнде түседі?

Алдын ала рақмет,
Ерлан Жұмабеков
""",
    ),
    Draft(
        "question_en",
        "English: can bids be placed automatically",
        Person("Oliver Brandt", "oliver.brandt@nordhafen.example.com"),
        "Automatic bidding",
        """
Good afternoon,

We have been admitted to an auction that runs during our night hours. Does the
portal let a participant set a maximum price beforehand, so that bids are placed
automatically up to that amount? If so, where in the personal account is it
switched on, and can the limit be raised while the auction is running?

Kind regards,
Oliver Brandt
Purchasing, Nordhafen Trading
""",
        encoding="quoted-printable",
    ),
    Draft(
        "question_kk_latin",
        "Kazakh in Latin letters: how to register",
        Person("Aibek Seitkali", "aibek.s@example.org"),
        "tirkelu turaly",
        """
Salem! Portalga zhumys ornym atynan emes, zheke tulga bolyp tirkelgim keledi.
Elektrondyk koltanbam bar, birak tirkelu kezinde kai batyrmany basu kerek ekenin
tusinbedim. Tirkelu tegin be, alde akyly ma? Zhauabynyzdy kutemin.
Aibek
""",
        encoding="8bit",
    ),
    Draft(
        "question_kk_plain",
        "Kazakh without its special letters: about a lot",
        Person("Бекзат Орынбаев", "bekzat@kenes.example.kz"),
        "48117 лот",
        """
Салеметсиздер ме! Сиздерде 48117 лот турган екен, Шымкенттеги койма.
Жылу жуйеси бар ма, жер телими озимен бирге сатыла ма? Алдын ала келип
коруге бола ма, кимге хабарласу керек?

Бекзат
""",
        encoding="8bit",
    ),
    Draft(
        "question_mixed",
        "Russian and Kazakh mixed: status of an application; wants the answer at another address",
        Person("Сәуле Оспанова", "saule.ospanova@tamyr.example.kz"),
        "Өтінімнің статусы",
        """
Добрый день! Кеше аукционға өтінім бердім, бірақ статус әлі «На рассмотрении»
деп тұр. Сколько времени обычно рассматривается заявка и придёт ли уведомление
на почту? Өтінімді кері қайтарып алып, қайта беруге бола ма?

Сәуле Оспанова
""",
        reply_to="tender@tamyr.example.kz",
    ),
    Draft(
        "software_choice",
        "asks which browser and program to choose for a Mac",
        Person("Жанель Абдрахманова", "zhanel@alfa-snab.example.com"),
        "Что выбрать для макбука",
        """
Здравствуйте!

В отделе появился макбук, будем работать на портале с него. Какой браузер у вас
проверен на этой системе и какой программой лучше подписывать заявки: хватит ли
расширения или нужна отдельная? Ставить всё будет наш системный администратор,
от вас нужен только совет.

Жанель, отдел закупок
""",
        encoding="quoted-printable",
    ),
    Draft(
        "thanks",
        "thanks out of the blue, no question",
        Person("Гульмира Ахметова", "gulmira.a@example.kz"),
        "Спасибо!",
        """
Большое спасибо за подробное объяснение, всё получилось с первого раза.
Хорошего дня вашей команде!

Гульмира
""",
        expects_reply=None,
    ),
    Draft(
        "callback",
        "wants to be called, says nothing else",
        Person("Серик Нурпеисов", "serik.nurpeisov@example.kz"),
        "Перезвоните",
        """
Добрый день. Прошу перезвонить мне сегодня после обеда по номеру
+7 700 000 00 09, объясню голосом. Писать долго не люблю.

Серик
""",
        encoding="8bit",
    ),
)
