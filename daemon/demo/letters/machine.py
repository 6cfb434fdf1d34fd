"""Mail that no person wrote to us: a newsletter, an invitation from a calendar."""

from datetime import datetime, timedelta

from daemon.demo.letters.build import SUPPORT, Draft, Person, SampleLetter, begin, finish

_NEWSLETTER = Draft(
    "newsletter",
    "a newsletter with List-* fields",
    Person("Вестник закупок", "digest@vestnik.example.org"),
    "Дайджест недели: изменения в отрасли",
    """
В этом выпуске:

* пять вопросов о планировании закупок;
* календарь вебинаров на декабрь;
* интервью с победителями конкурса «Лучший специалист».

Вы получили это письмо, потому что подписаны на рассылку «Вестник закупок».
Отписаться: https://vestnik.example.org/unsubscribe
""",
    expects_reply=False,
)
_INVITATION = Draft(
    "invitation",
    "a calendar invitation to a meeting",
    Person("Анель Касымова", "anel.kasymova@example.kz"),
    "Приглашение: Совещание по итогам квартала",
    "Совещание по итогам квартала, переговорная на третьем этаже.",
    expects_reply=None,
)


def newsletter(now: datetime) -> SampleLetter:
    """RFC 2369 and RFC 2919 fields, Precedence: bulk."""
    draft = _NEWSLETTER
    message = begin(draft, now)
    message["List-Id"] = "<digest.vestnik.example.org>"
    message["List-Unsubscribe"] = "<https://vestnik.example.org/unsubscribe>, <mailto:leave@vestnik.example.org>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"
    message.set_content(draft.text.strip() + "\n", cte="base64")
    return finish(draft, message)


def invitation(now: datetime) -> SampleLetter:
    """RFC 6047: a text/calendar part with method REQUEST."""
    draft = _INVITATION
    start = now + timedelta(days=2)
    event = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Example//Calendar//RU",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{now:%Y%m%d%H%M%S}@example.kz",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        f"ORGANIZER:mailto:{draft.author.addr}",
        f"ATTENDEE;RSVP=TRUE:mailto:{SUPPORT}",
        "SUMMARY:Совещание по итогам квартала",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    message = begin(draft, now)
    message.set_content(draft.text + "\n", cte="base64")
    message.add_alternative("\r\n".join(event) + "\r\n", subtype="calendar", params={"method": "REQUEST"}, cte="base64")
    return finish(draft, message)
