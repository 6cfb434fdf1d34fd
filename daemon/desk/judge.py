"""The judge: what a received message means, as one verdict with its evidence (the facts; what follows is `decide`'s).

Promise: pure and total; the same message and knowledge give the same verdict. It looks at what the person wrote now
(`new_text`), at the subject without reply prefixes and registration numbers, and at the names of the attachments.
"""

from dataclasses import dataclass

from daemon.desk.completeness import facts, lacks_contact, lacks_evidence, step_signs
from daemon.desk.helpcentre import HelpCentre, find_pages
from daemon.desk.intent import Meaning, Model, Vector, evidence, lacks_steps, meaning, vector
from daemon.desk.intent_features import Reading, read
from daemon.desk.intent_replies import acknowledgement_kind, is_advertising
from daemon.desk.intent_rules import IntentRules
from daemon.desk.intent_text import clean_subject
from daemon.desk.language import Detector, identify
from daemon.desk.moderation import EnglishScorer, Lexicon, moderate
from daemon.desk.verdict import AckKind, Evidence, HelpPage, Intent, Language, Missing, Verdict
from daemon.mail.message import Message

ANSWERED_BY_PAGES = frozenset({Intent.CONSULT_FUNCTIONALITY, Intent.CONSULT_LOT, Intent.CONSULT_SOFTWARE_CHOICE})
"""Intents that a help page may answer; to a defect or a wish it would be a rebuff."""
SIGNATURE_LINES = 12
"""Lines of a signature block that are searched for contact data."""
SURE = 0.99
"""Confidence of what needs no model: a message without a word."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the judge knows before a message comes."""

    rules: IntentRules
    model: Model
    lexicon: Lexicon
    detector: Detector
    english: EnglishScorer | None
    help_centre: HelpCentre


def judge(message: Message, knowledge: Knowledge) -> Verdict:
    """The verdict on a message."""
    subject, body = clean_subject(message.subject), message.new_text
    names = tuple(attachment.name for attachment in message.attachments)
    reading = read(subject, body, names, knowledge.rules)
    told = vector(reading, knowledge.model)
    meant = _meaning(reading, told, knowledge)
    language = identify(f"{subject}\n{body}", knowledge.detector)
    offence = moderate(f"{subject}\n{body}", knowledge.lexicon, knowledge.english)
    lacking, why = (
        _missing(message, subject, names, reading, told, knowledge) if meant.intent is Intent.DEFECT else ((), ())
    )
    return Verdict(
        language=language,
        intent=meant.intent,
        confidence=meant.confidence,
        also=meant.also,
        offence=offence.offence,
        target=offence.target,
        offence_certain=offence.certain,
        missing=lacking,
        ack_kind=acknowledgement_kind(reading) if meant.intent is Intent.ACKNOWLEDGEMENT else AckKind.NONE,
        advertising=meant.intent is Intent.OOS_UNRELATED and is_advertising(reading),
        help_pages=_pages(subject, body, language, meant.intent, knowledge),
        evidence=evidence(reading, meant.intent, knowledge.model, knowledge.rules.file) + why + offence.evidence,
    )


def _meaning(reading: Reading, told: Vector, knowledge: Knowledge) -> Meaning:
    """The model's opinion, save where there is not a word to form one on."""
    if not any(sentence.words for sentence in reading.sentences):
        return Meaning(Intent.UNINTELLIGIBLE, SURE, ())
    return meaning(told, reading, knowledge.model)


def _missing(
    message: Message, subject: str, names: tuple[str, ...], reading: Reading, told: Vector, knowledge: Knowledge
) -> tuple[tuple[Missing, ...], tuple[Evidence, ...]]:
    found = facts(subject, message.new_text, signature(message), names)
    gaps = {
        Missing.STEPS: lacks_steps(told, step_signs(found, reading), knowledge.model),
        Missing.EVIDENCE: lacks_evidence(found),
        Missing.CONTACT: lacks_contact(found),
    }
    lacking = tuple(gap for gap, lacks in gaps.items() if lacks)
    return lacking, tuple(Evidence(f"missing:{gap}", "completeness", str(found)) for gap in lacking)


def signature(message: Message) -> str:
    """The signature block cut off the new text: from its dashes (RFC 3676 section 4.3) to the first quotation."""
    lines = message.quoted_text.strip().splitlines()
    if not lines or not lines[0].startswith("--"):
        return ""
    quoted = next((at for at, line in enumerate(lines) if line.lstrip().startswith(">")), len(lines))
    return "\n".join(lines[:quoted][:SIGNATURE_LINES])


def _pages(subject: str, body: str, language: Language, intent: Intent, knowledge: Knowledge) -> tuple[HelpPage, ...]:
    return find_pages(subject, body, language, knowledge.help_centre) if intent in ANSWERED_BY_PAGES else ()
