"""Words and endings that tell Russian, Kazakh and English apart. Data only; see `language`.

Kazakh is written here folded (ә→а ғ→г қ→к ң→н ө→о ұ,ү→у һ→х і→и ё→е), as it is typed without its letters. Grammar
words and very common verbs only: nothing that depends on what a message is about.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RU_WORDS = _words("""
    без блин более больше будет будут бы был была были было быть в вам вас ваш ваша ваше вашего вашей ваши ваших
    вашу ведь верните весь вечер висит вместо во вообще вот все всегда всем всех вся всё вторая второй вчера вы
    где говорит да давайте даже дайте два две делать день для дней дня добрые добрый другая другие другой его ее
    если есть еще ещё её ждем жду ждём же за завтра зато зачем здесь здравствуйте значит знаю из или им ими
    иногда исправьте итак их каждая каждые каждый как какая какие каких какого какое какой каком какую когда
    которая которого которое которой которые который кроме кстати кто куда ли либо лишь лучше мало между менее
    меньше меня мне много мной могу мое моего может можете можно мои мой мою моя моё мы на над надо наконец нам
    напишите например нас наш наша нашей наши нельзя нет нету ни никак никогда никто ничего новая нового новые
    новый нормально нужен нужна нужно нужны об обо объясните один одна одни одно около она они оно опять откуда
    очень первый перед пишет плохо по под подскажи подскажите пожалуйста пока получил получить помогите понятно
    после потом потому почему почти поэтому при привет пришел пришла пришло пришлось пришёл про проверьте просто
    прошу пусть раз сам сама сами самого своего свои свой свою сделайте сделать себе себя сегодня сейчас скажите
    сколько снова со спасибо срочно стоит столько сюда так также там тебе тебя тем теперь то того тоже той
    только третий третья три туда тут ты уважаемые уже утро ушла хорошо хотим хоть хотя хочу хуже час часа часов
    чего чем чему через что чтоб чтобы эта эти это этого этой этом этот эту я
""")

KK_WORDS = _words("""
    адам адамдар айтсаныз айтындар айтыныз айтыныздар айтып акша акшамды акшаны алайда аламыз аламын алде алды
    алдында алмадым алмай алмаймын алсам алты алу алып арасында аркасында аркылы арқылы астында ашылмай
    ашылмайды бар бари барип барлыгы барлык барып баска баскасы бе бен берди бере береди бериндер бериниз
    бериниздер берсениз беру бес биз бизге бизде бизди биздин билгим билмей билмеймин бир бирак бойынша бола
    болад болады болама болар болатын болган болды болмай болмайды болса болу болып бугин бул булай булар бурын
    бурыс гана гой деген дегени дегенмен дейди дейин дейт деп десе десем дурыс егер едениз еди едик едим еке
    екен екенин еки емес енди ертен етеди етем етип етпейди етсе ету ешкайда ешкандай ешким ештене ештенке
    жаздым жазыныз жазып жаксы жаман жане жанында жатыр жатырган жатырмыз жатырмын жауабын жауап жер жети
    жибердим жибериндер жибериниз жибериныз жиберип жогары жок жоқ жур журмин ией ишинде казир кай кайда кайдан
    кайсы калай кана кандай канша касында кашан кейин келди келеди келип келсе керегим керек кеш кеше ким кимге
    кимди кими кимнен кирген кире кирейин кирип кирсем киру кобине кобири кой койды койдым койып комек
    комектесиндер комектесиниз коп корсет корсетип косып котер коямын кунге кунин кылып маган ме мен менде мени
    менин мумкин мумкинбе мунда мундай мунын мына мынаны мынау неге неден нени оган ози озим озиниз ол олай олар
    ондай оны онын осы осылай осындай осыны отыр отырган отырмыз отырмын пе пен саган саламатсыз саламатсыздар
    саламатсыздарма салеметсиз салеметсизбе салеметсиздерме сегиз сен сенде сендер сендерде сиз сизге сизде
    сиздер сиздерде сизди сиздин сиякты сияқты соган содан сол солай сонда сондай соны сонын сосын сот сурагым
    сурак суракты сыякты таги тагы тагыда тез тек тогиз томен торт тур туралы турган тургой турмын тусинбедим
    тусинбей тусиндириниз тусиндирип тускен тусти уй устинде ушин хабар хабарласпады хабарласыныз шыгады шыгып
    шыкпайды шыкты ғой қалай
""")

KK_ENDINGS = tuple(
    sorted(
        _words("""
    ларды лерди дарды дерди тарды терди ларга лерге дарга дерге тарга терге лардын лердин дардын дердин тардын
    тердин лардан лерден лерде лерим ындар индер ыныз иниз аныз ениз сыздар сиздер сындар синдер сандар сендер
    ныздар низдер йсын йсин йсыз йсиз амыз емиз ймыз ймиз аймын еймин ыппын иппин майды мейди пайды пейди байды
    бейди майд мейд пайд пейд айды ейди адым едим ыпты ипти ганмын генмин канмын кенмин ганнан геннен кеннен
    каннан йтын йтин атын етин сын нын дын тын ымды имди ымыз имиз дагы деги гым гим мын мыз ып сыз сиз йын йин
    ганын генин канын кенин кызу гызу гизу ласу лесу ылды илди ынды инди алды елди инизши ныздаршы шык
""")
    )
)

RU_ENDINGS = tuple(
    sorted(
        _words("""
    ться тся шься ать ять ить еть уть ого его ому ыми ими ешь ишь айте ейте уйте ойте ите ает ают яет яют ует
    уют ился ался елся лась лись лось лся ый кий ной вой ная вая кая ное вое кое ные вые кие ных вых ких ную вую
    кую ость ости остью ением анием ение ания ения тель ировал вал чал сал тил сил дил вил пил шил вала чала
    сала тила сила вали чали сали тили сили дили шли шёл шла ами ями
""")
    )
)
"""Of verbs, adjectives and abstract nouns: bare nouns are borrowed whole and tell nothing."""

SHARED_STEMS = tuple(
    sorted(
        _words("""
    лот аукцион портал протокол сайт кабинет файл аккаунт тендер тенге логин парол документ договор телефон
    номер интернет компьютер браузер система техник адрес банк оператор менеджер директор модератор админ почта
    почты смс акт заявк ставк взнос сертификат ключ токен эцп ецп электрон программ сервер модуль драйвер
    инструкци регистраци верси функци комисси квартир участ машин газ вагон трактор гараж астан алмат казахстан
    караганд павлодар ошибк кнопк ссылк справк доверенност объявлени извещени заявлени приложени статус баланс
    депозит штраф тариф счет принтер скрин скан фото видео формат папк чат хром касса кредит ипотек документаци
    категори организаци компани област район улиц
""")
    )
)
"""Stems of terms that both languages use; an ending on them tells nothing about Russian."""

EN_WORDS = _words("""
    about access account after afternoon again all also always am an and another answer any anyone anything are
    as at back be because been before being between but buy by can cannot cant could couldnt dear did didnt do
    does doesnt done dont down download during each evening every explain fix for from fuck fucking get give
    given good got had has have having he hello help her here hi his how if im in into is it its ive just know
    let long madam made make many may me might more morning most much must my need never new no not nothing now
    of off on only open opened or other our out over paid pay payment please problem question regards said same
    says see sell send sent shall she shit should since sir so some someone something still stop tell than thank
    thanks that the their them then there these they this those to today tomorrow tried try under until up
    upload us use used using very want was way we were what when where which while who whom whose why will with
    without wont work working works would yesterday you your
""")

RU_LATIN_WORDS = _words("""
    bez bolshe budet budut byl byla byli bylo chas chego cherez chto chtob chtoby daite dayte delat den dengi
    dlya dnya do dobry dobryi dobryy drugoi dva ee ego esche escho eshe eshyo esli est eta eti eto etot gde
    govorit hochu idite ih ili im iz jdu kak kakaya kakie kakoe kakoi kakoy kogda kotoraya kotorye kotoryi kto
    kuda li luchshe lyudi menshe menya mne mogli mogu moi mojet mojno moy moya mozhet mozhete mozhno my na nado
    nam napishite nas nash nasha nashi ne nelzia nelzya net nichego nikak nikto no nujno nuzhno ochen odin oni
    opiat opyat ot otvette pered pishet po pochemu podderzhke podpisat podskajite podskazhite poetomu pojaluista
    poka poluchit pomogite poshli posle potom potomu pozhaluista pozhalujsta pozhaluysta pri privet proshu
    prosto rabotaet raz sam sdelat sebya segodnia segodnya seichas sejchas seychas skachat skajite skazhite
    skolko snova sovsem spasibo stoit tak takzhe tam tebe tebya teper togo toje tolko tozhe tut ty uje uzhe vam
    vas vash vasha vashego vashei vashey vashi vchera vernite voiti voobsche voobshe voyti vse vsyo vy ya zachem
    zaiti zavtra zayti zdes zdravstvuite zdravstvujte zdravstvuyte zhdu zhe
""")

RU_LATIN_ENDINGS = tuple(
    sorted(
        _words("""
    aet ayut ayet uet uyut yaet atsya itsya etsya tsya ogo omu aya oye yye yie yh ykh osti enie eniya eniye anie
    aniya oval ovat ivat yvat alsya ilsya los lis las ite yte jte esh ish skii skiy nyi nyy nii yj ij
""")
    )
)

KK_LATIN_WORDS = _words("""
    adam aitsanyz aityn aitynyz aitynyzdar aksha alamyn alamyz aldym ali almai almaimyn almay almaymyn alty alu
    alyp aqsha aqshamdy aqshany arqyly ashylmai ashylmaidy assalaumagaleikum atyn ba bar bari barlyq berdi bere
    beredi berindershi beriniz berinizder beru bes bilmeimin bilmey bir birak biraq biz bizde bizdin bizge
    boiynsha bolad bolady bolama boldy bolmai bolmaidy bolmay bolsa bolyp boyinsha bugin bul bulai buryn bügin
    degen deidi deiin dep desem deydi durys edi eken eki emes endi erten esh eshkim eshnarse eshtene etip etse
    etu gana ghana ghoi goi jaksy jaman jane jaqsy jatyr jatyrmyn jauap jazdym jazyldym jazyp jeti jiberdim
    jiberiniz joq kalai kalay kandai kansha kashan kazir keiin kein keldi keledi kelip kelmeidi kerek keshe ket
    kim kimge kire kirgen kirip kirsem kiru komek komektesiniz koop kop ma magan men mende meni menin mumkin
    myna mynau mynda nege olai olar onda ony onyn osy otyr otyrmyn ozi ozim pa qai qaida qaidan qaisy qalai
    qalay qandai qansha qashan qatysa qatysu qazir qoi rahmet rakhmet raqmet sagan salamatsyz salamatsyzdar
    salem salemetsiz sekildi sen sender sendin shykty shyqpaidy shyqty sialty siaqty siz sizder sizdin sizge sol
    solai sonda sosyn surak suraq tagy tek tez tort tur turaly turmyn tusinbedim tusindirip tusti ush ushin
    zhaksy zhane zhaqsy zhatyr zhatyrmyn zhauap zhe zhiberdim zhoq
""")

KK_LATIN_ENDINGS = tuple(
    sorted(
        _words("""
    laryn lerin largha larga lerge lardy lerdi lardyn lerdin yndar inder ynyz iniz yngyz syzdar sizder syndar
    sinder aimyn eimin aymyn eymin maidy meidi maydy meydi paidy peidi aidy eidi ady edi amyn emin amyz emiz
    atyn etin gan gen qan yp ip myn syn nyn dyn tyn dagy degi ymdy imdi mady medi pady pedi shy sydy
""")
    )
)
