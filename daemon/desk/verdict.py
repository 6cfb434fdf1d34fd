"""The verdict: what a message means, each finding with the evidence it stands on.

A verdict holds facts only. What the service does about them is `decide`'s (the regulation), never the judge's.
"""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """Languages of the service. `mixed` carries meaning in two of them; `unknown` has no words to tell by."""

    RU = "ru"
    KK = "kk"
    EN = "en"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Intent(StrEnum):
    """The one thing the sender wants most (A.6.in, A.6.out, B.2, B.3, C.7b)."""

    CONSULT_FUNCTIONALITY = "consult_functionality"
    CONSULT_LOT = "consult_lot"
    CONSULT_SOFTWARE_CHOICE = "consult_software_choice"
    WISH = "wish"
    DEFECT = "defect"
    OOS_THIRD_PARTY_INSTALLATION = "oos_third_party_installation"
    OOS_WORKSTATION = "oos_workstation"
    OOS_CONNECTIVITY = "oos_connectivity"
    OOS_LEGAL = "oos_legal"
    OOS_THIRD_PARTY_ACTIONS = "oos_third_party_actions"
    OOS_UNRELATED = "oos_unrelated"
    STAFF_COMPLAINT = "staff_complaint"
    CALLBACK = "callback"
    UNINTELLIGIBLE = "unintelligible"
    ACKNOWLEDGEMENT = "acknowledgement"


IN_SCOPE = frozenset(
    {
        Intent.CONSULT_FUNCTIONALITY,
        Intent.CONSULT_LOT,
        Intent.CONSULT_SOFTWARE_CHOICE,
        Intent.WISH,
        Intent.DEFECT,
    }
)
EXCLUSIONS = frozenset(
    {
        Intent.OOS_THIRD_PARTY_INSTALLATION,
        Intent.OOS_WORKSTATION,
        Intent.OOS_CONNECTIVITY,
        Intent.OOS_LEGAL,
        Intent.OOS_THIRD_PARTY_ACTIONS,
    }
)
"""The five exclusions that A.6.out names; `oos_unrelated` is declined under B.3."""


class Offence(StrEnum):
    """The gravest offensive word that stands in the new text."""

    NONE = "none"
    INSULT = "insult"
    OBSCENE = "obscene"


class Target(StrEnum):
    """At whom offensive words are aimed, as far as the text shows."""

    NOBODY = "nobody"
    STAFF = "staff"
    OTHER = "other"
    QUOTED = "quoted"
    """The sender reports somebody else's words."""
    UNCLEAR = "unclear"


class AckKind(StrEnum):
    """What an acknowledgement says."""

    NONE = ""
    THANKS = "thanks"
    SOLVED = "solved"
    WAITING = "waiting"


class Missing(StrEnum):
    """What C.3 asks for and a defect report lacks."""

    STEPS = "steps"
    EVIDENCE = "evidence"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The very words a finding rests on, and the rule (file and row) that saw them."""

    finding: str
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of the help centre that answers a standard question (C.5)."""

    title: str
    url: str
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything the judge found in one message."""

    language: Language
    intent: Intent
    confidence: float
    """0 to 1: how often an intent judged with this confidence is right."""
    also: tuple[Intent, ...]
    offence: Offence
    target: Target
    offence_certain: bool
    """False where a person should look at the words before anything is done about them."""
    missing: tuple[Missing, ...]
    ack_kind: AckKind
    advertising: bool
    """Unsolicited advertising: no request of a person (only with `oos_unrelated`)."""
    help_pages: tuple[HelpPage, ...]
    evidence: tuple[Evidence, ...]
