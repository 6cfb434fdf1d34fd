"""Words and endings that tell Russian, Kazakh and English apart. Data only; see `language`.

Kazakh is written here folded (ә→а ғ→г қ→к ң→н ө→о ұ,ү→у һ→х і→и ё→е), as it is typed without its letters. Grammar
words and very common verbs only: nothing that depends on what a message is about.
"""

RU_WORDS = frozenset(
    """
    в во на я что она оно они мы вы ты со как это этот эта эти эту этого этом этой по из за для
    же бы ли ни так его ее её их им ими нам нас вам вас меня мне мной тебя тебе себя себе свой свою свои своего моя мое
    моё мои моего мой мою ваш ваша ваше ваши вашей вашего ваших наш наша наши нашей если или либо когда где куда откуда
    почему зачем сколько который которая которые которое которого которой кто чем чего чему то того тем той там тут
    здесь сюда туда уже еще ещё только тоже также очень можно нужно надо нельзя нет да был была было были есть будет
    будут быть чтобы чтоб потому поэтому при без через после перед под над про между сейчас теперь сегодня вчера завтра
    потом опять снова всё все всех всем весь вся раз два три день дня дней час часа часов здравствуйте привет добрый добрые
    день утро вечер пожалуйста спасибо подскажите помогите прошу уважаемые скажите напишите дайте сделайте проверьте
    исправьте верните объясните может могу можете хочу хотим знаю ничего никто никак какой какая какие какое какого каком
    каких какую другой другая другие больше меньше более менее лучше хуже просто вообще вместо кроме пока жду ждем ждём
    пишет говорит стоит висит делать сделать получить получил пришло пришел пришёл нормально хорошо плохо понятно срочно
    давайте опять пусть ведь вот даже лишь хоть хотя зато итак значит кстати например наконец сам сама сами самого один
    одна одно одни две нового новый новая новые нужен нужна нужны первый второй третий третья вторая всегда никогда иногда
    вашу нету блин почти около каждый каждая каждые много мало столько об обо пришла ушла пришлось подскажи
    """.split()
)

KK_WORDS = frozenset(
    """
 бар жок емес екен еди едим едик еке мен сен сиз сендер сиздер биз олар мына мынау мынаны осы осыны осындай сол соны сондай
 бул булар ол оны онын оган маган саган сизге бизге бизди бизде менде мени менин сизде сенде сендерде сиздерде сизди
 сиздин биздин неге калай кайда кайдан кашан канша кай кайсы кандай ким кимге кимнен кимди нени неден керек керегим
 болады болад болама болмайды болмай болды болса болып болу болар болган болатын бола деп дейди деген десе дейт дегени
 десем едениз етип ету етсе етем етеди етпейди отыр отырмын отырмыз отырган жатыр жатырмын жатырмыз жатырган тур турмын
 турган тургой журмин жур кейин бурын дейин ушин туралы бойынша арқылы аркылы сияқты сиякты сыякты кобири коп жаксы жаман
 дурыс бурыс салеметсиз саламатсыз саламатсыздар саламатсыздарма салеметсизбе салеметсиздерме ме
 бе пе гой кой гана кана тек тагы таги енди алде бирак алайда егер жане мен бен пен бир еки 
 торт бес алты жети сегиз тогиз бугин кеше ертен казир кеш тез бари барлык барлыгы барип барып келип келди келеди
 келсе кирип кирсем киру кире кирген кирейин алмай алмаймын алмадым аламын аламыз алу алып алсам алды бере бериниз
 бериниздер береди берди бериндер беру берсениз айтыныз айтыныздар айтындар айтсаныз айтып жазып жазыныз жаздым жибердим
 жиберип жибериниз жибериндер жибериныз котер корсет корсетип косып коямын койдым койып койды койып кылып шыкты шыгады
 шыкпайды шыгып ашылмайды ашылмай тускен тусти тусинбедим тусинбей тусиндирип тусиндириниз билмеймин билмей билгим комек
 комектесиниз комектесиндер акша акшамды акшаны уй жер сот суракты сурак сурагым жауап жауабын озим озиниз озим ози олай
 булай солай хабар хабарласпады хабарласыныз кими ештене ештенке ешкандай ешким ешкайда канша кунин кунге адам адамдар
 ией жоқ мумкин мумкинбе қалай осылай ғой екенин дегенмен сонда сосын сонын содан соган мунда мунын ондай мундай
 тагыда баска баскасы бари ушин кобине аркасында жогары томен алдында астында ишинде устинде касында жанында арасында
 """.split()
)

KK_ENDINGS = (
    "ларды", "лерди", "дарды", "дерди", "тарды", "терди", "ларга", "лерге", "дарга", "дерге", "тарга", "терге",
    "лардын", "лердин", "дардын", "дердин", "тардын", "тердин", "лардан", "лерден", "лерде", "лерим", "ындар", "индер",
    "ыныз", "иниз", "аныз", "ениз", "сыздар", "сиздер", "сындар", "синдер", "сандар", "сендер", "ныздар", "низдер",
    "йсын", "йсин", "йсыз", "йсиз", "амыз", "емиз", "ймыз", "ймиз", "аймын", "еймин", "ыппын", "иппин", "майды",
    "мейди", "пайды", "пейди", "байды", "бейди", "майд", "мейд", "пайд", "пейд", "айды", "ейди", "адым", "едим",
    "ыпты", "ипти", "ганмын", "генмин", "канмын", "кенмин", "ганнан", "геннен", "кеннен", "каннан", "йтын", "йтин",
    "атын", "етин", "сын", "нын", "дын", "тын", "ымды", "имди", "ымыз", "имиз", "дагы", "деги", "гым", "гим",
    "мын", "мыз", "ып", "сыз", "сиз", "йын", "йин", "ганын", "генин", "канын", "кенин", "кызу", "гызу",
    "гизу", "ласу", "лесу", "ылды", "илди", "ынды", "инди", "алды", "елди", "инизши", "ныздаршы", "шык",
)  # fmt: skip

RU_ENDINGS = (
    "ться", "тся", "шься", "ать", "ять", "ить", "еть", "уть", "ого", "его", "ому", "ыми", "ими", "ешь", "ишь",
    "айте", "ейте", "уйте", "ойте", "ите", "ает", "ают", "яет", "яют", "ует", "уют", "ился", "ался", "елся", "лась",
    "лись", "лось", "лся", "ый", "кий", "ной", "вой", "ная", "вая", "кая", "ное", "вое", "кое", "ные", "вые", "кие",
    "ных", "вых", "ких", "ную", "вую", "кую", "ость", "ости", "остью", "ением", "анием", "ение", "ение", "ания", "ения", "тель",
    "ировал", "вал", "чал", "сал", "тил", "сил", "дил", "вил", "пил", "шил", "вала", "чала", "сала", "тила", "сила", "вали",
    "чали", "сали", "тили", "сили", "дили", "шли", "шёл", "шла", "ами", "ями",
)  # fmt: skip
"""Of verbs, adjectives and abstract nouns: bare nouns are borrowed whole and tell nothing."""

SHARED_STEMS = (
    "лот", "аукцион", "портал", "протокол", "сайт", "кабинет", "файл", "аккаунт", "тендер", "тенге", "логин", "парол",
    "документ", "договор", "телефон", "номер", "интернет", "компьютер", "браузер", "система", "техник", "адрес", "банк",
    "оператор", "менеджер", "директор", "модератор", "админ", "почта", "почты", "смс", "акт", "заявк", "ставк", "взнос",
    "сертификат", "ключ", "токен", "эцп", "ецп", "электрон", "программ", "сервер", "модуль", "драйвер", "инструкци",
    "регистраци", "верси", "функци", "комисси", "квартир", "участ", "машин", "газ", "вагон", "трактор", "гараж", "астан",
    "алмат", "казахстан", "караганд", "павлодар", "ошибк", "кнопк", "ссылк", "справк", "доверенност", "объявлени", "извещени",
    "заявлени", "приложени", "статус", "баланс", "депозит", "штраф", "тариф", "счет", "принтер", "скрин", "скан", "фото",
    "видео", "формат", "папк", "чат", "хром", "касса", "кредит", "ипотек", "документаци", "категори", "организаци",
    "компани", "област", "район", "улиц",
)  # fmt: skip
"""Stems of terms that both languages use; an ending on them tells nothing about Russian."""

EN_WORDS = frozenset(
    """
    the a an is are was were be been being am do does did done not no and or but if then than that this these those there
    here what when where why which who whom whose how to of in on at for from with without by about into after before
    under over my your our their his her its me you we they he she it us them i im ive dont doesnt didnt cant couldnt
    wont can could will would should shall may might must have has had having get got want need please thanks thank hello
    hi dear regards sir madam help know tell explain see says said still again only just also very more most some any
    all every each other another new same so as because since until while during between out up down off now today
    yesterday tomorrow way back send sent give given let make made use used using try tried cannot anyone someone nothing
    anything something working work works good morning afternoon evening pay paid payment fix buy sell open opened
    download upload access account question answer problem fuck fucking shit stop never always which many much long
    """.split()
) - {"a", "i"}

RU_LATIN_WORDS = frozenset(
    """
    ne na chto kak eto etot eta eti po no iz ot do dlya zhe li tak ego ee ih im nam nas vam vas menya mne tebya tebe sebya
    moi moy moya vash vasha vashi vashego vashei vashey nash nasha nashi esli ili kogda gde kuda pochemu zachem skolko
    kotoryi kotoraya kotorye kto chego togo tam tut zdes uzhe uje eshe esche eshyo escho tolko tozhe toje takzhe ochen
    ochen mozhno mojno nuzhno nujno nado nelzya nelzia net byl byla bylo byli est budet budut chtoby chtob potomu poetomu
    pri bez cherez posle pered seichas seychas sejchas teper segodnya segodnia vchera zavtra potom opyat opiat snova vse
    vsyo den dnya chas zdravstvuite zdravstvuyte zdravstvujte privet dobryi dobryy dobry pozhaluista pozhaluysta pojaluista
    pozhalujsta spasibo podskazhite podskajite pomogite proshu skazhite skajite napishite daite dayte mogu mozhet mojet
    mozhete hochu nichego nikto nikak kakoi kakoy kakaya kakie kakoe drugoi bolshe menshe luchshe prosto voobshe voobsche
    poka zhdu jdu pishet govorit stoit delat sdelat poluchit vernite otvette idite poshli sam odin dva raz rabotaet mogli
    voiti voyti zaiti zayti skachat podpisat dengi lyudi vy ty ya my oni podderzhke sovsem
    """.split()
)

RU_LATIN_ENDINGS = (
    "aet", "ayut", "ayet", "uet", "uyut", "yaet", "atsya", "itsya", "etsya", "tsya", "ogo", "omu", "aya", "oye", "yye",
    "yie", "yh", "ykh", "osti", "enie", "eniya", "eniye", "anie", "aniya", "oval", "ovat", "ivat", "yvat", "alsya", "ilsya",
    "los", "lis", "las", "ite", "yte", "jte", "esh", "ish", "skii", "skiy", "nyi", "nyy", "nii", "yj", "ij",
)  # fmt: skip

KK_LATIN_WORDS = frozenset(
    """
    bar joq zhoq emes eken edi men sen siz sender sizder biz olar myna mynau osy sol bul onyn ony magan magan sagan sizge
    bizge meni menin sizdin bizdin nege qalai qalay kalai kalay qaida qaidan qashan kashan qansha kansha qai qaisy qandai
    kandai kim kimge kerek bolady bolad bolama bolmaidy bolmai bolmay boldy bolsa bolyp deidi deydi degen desem dep etip
    etu etse edi otyr otyrmyn jatyr jatyrmyn zhatyr zhatyrmyn tur turmyn keiin kein buryn deiin ushin turaly boiynsha
    boyinsha arqyly sekildi siaqty sialty kop koop jaqsy jaksy zhaqsy zhaksy jaman durys rahmet rakhmet raqmet salem salemetsiz
    salamatsyz salamatsyzdar assalaumagaleikum ma ba pa goi ghoi qoi ghana gana tek tagy endi ali birak biraq jane zhane
    bir eki ush tort bes alty jeti bugin bügin keshe erten qazir kazir tez bari barlyq kelip keldi keledi kirip kirsem kiru
    kire kirgen almai almay almaimyn almaymyn alamyn alamyz alu alyp aldym bere beriniz berinizder berindershi beredi
    berdi beru aityn aitynyz aitynyzdar aitsanyz jazyp jazdym jiberdim jiberiniz zhiberdim shyqty shykty shyqpaidy
    ashylmaidy ashylmai tusti tusinbedim tusindirip bilmeimin bilmey komek komektesiniz aqsha aqshany aksha aqshamdy jauap
    zhauap suraq surak ozim ozi olai bulai solai esh eshkim eshtene eshnarse adam mumkin mende bizde onda sonda sosyn
    mynda ket kelmeidi zhe jazyldym sendin atyn qatysa qatysu
    """.split()
)

KK_LATIN_ENDINGS = (
    "laryn", "lerin", "largha", "larga", "lerge", "lardy", "lerdi", "lardyn", "lerdin", "yndar", "inder", "ynyz", "iniz",
    "yngyz", "syzdar", "sizder", "syndar", "sinder", "aimyn", "eimin", "aymyn", "eymin", "maidy", "meidi", "maydy", "meydi",
    "paidy", "peidi", "aidy", "eidi", "ady", "edi", "amyn", "emin", "amyz", "emiz", "atyn", "etin", "gan", "gen", "qan",
    "yp", "ip", "myn", "syn", "nyn", "dyn", "tyn", "dagy", "degi", "ymdy", "imdi", "mady", "medi", "pady", "pedi", "shy", "sydy",
)  # fmt: skip
