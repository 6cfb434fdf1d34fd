"""What the servers hold against what the database says, after everything has ended.

The servers are the truth: the mailbox knows what arrived and where it lies, the submission server what it accepted.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes

from daemon.desk.number import registration_number
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer

OUR_COPIES = frozenset({"Witness", "Sent", "Junk"})
"""Folders that hold no received mail."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter of a client that was put into the mailbox."""

    message_id: str
    client: str
    refused: bool = False
    """The submission server refuses letters to this client."""


@dataclass(slots=True)
class Findings:
    """Everything that is not as promised, in words; all lists are empty when all is well."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing else."""
        return not (self.lost or self.twice or self.other)

    def text(self) -> str:
        """All of it, a line each."""
        named = (("lost", self.lost), ("twice", self.twice), ("other", self.other))
        return "\n".join(f"{name}: {item}" for name, items in named for item in items)

    def times(self, what: str, count: int) -> None:
        """`what` must have happened exactly once."""
        if count < 1:
            self.lost.append(what)
        elif count > 1:
            self.twice.append(f"{what} ({count} times)")


def compare(
    installation: Installation, dovecot: Dovecot, submission: SubmissionServer, arrived: Sequence[Arrived]
) -> Findings:
    """Compare mailbox, submission server, raw store and database for letters that each deserve a ticket."""
    findings = Findings()
    _messages(findings, installation, dovecot, arrived)
    _tickets(findings, installation, arrived)
    letters(findings, installation, submission)
    _troubles(findings, installation, arrived)
    raw(findings, installation)
    for name, detail in installation.rows("SELECT name, detail FROM alarm WHERE name <> 'letters_capped'"):
        findings.other.append(f"alarm {name}: {detail}")
    return findings


def _messages(findings: Findings, installation: Installation, dovecot: Dovecot, arrived: Sequence[Arrived]) -> None:
    """Each message lies on the server once, in the folder that was decided, and its UID has its one outcome."""
    places: dict[str, list[str]] = {}
    for stored in dovecot.messages(installation.user):
        if stored.folder not in OUR_COPIES:
            message_id = str(message_from_bytes(stored.octets)["Message-ID"])
            places.setdefault(message_id, []).append(stored.folder)
    decided = installation.rows("SELECT message_id, outcome, folder FROM received")
    outcomes = Counter(str(row[0]) for row in decided if row[1])
    folders = {str(row[0]): str(row[2]) or "INBOX" for row in decided}
    for letter in arrived:
        findings.times(f"{letter.message_id} on the server", len(places.get(letter.message_id, [])))
        findings.times(f"outcome of {letter.message_id}", outcomes[letter.message_id])
        if places.get(letter.message_id, []) != [folders.get(letter.message_id)]:
            findings.other.append(f"{letter.message_id} lies in {places.get(letter.message_id)}")
    findings.other += [f"a row for {row[0]} that never arrived" for row in decided if len(decided) != len(arrived)]
    findings.other += [f"outcome {row[1]} of {row[0]}" for row in decided if row[1] != "ticket"]


def _tickets(findings: Findings, installation: Installation, arrived: Sequence[Arrived]) -> None:
    """Each client has one ticket."""
    requesters = Counter(str(row[0]) for row in installation.rows("SELECT requester FROM ticket"))
    for letter in arrived:
        findings.times(f"ticket of {letter.client}", requesters[letter.client])
    numbers(findings, installation)


def numbers(findings: Findings, installation: Installation) -> None:
    """Registration numbers are 1, 2, 3 … of the year without a gap, each given once."""
    given = installation.rows("SELECT number, year, running FROM ticket ORDER BY running")
    if [row[2] for row in given] != list(range(1, len(given) + 1)):
        findings.other.append(f"running numbers have gaps or repeat: {[row[2] for row in given]}")
    for number, year, running in given:
        if number != registration_number("ES", int(str(year)), int(str(running))):
            findings.other.append(f"{number} is not the number of {year}-{running}")


def letters(findings: Findings, installation: Installation, submission: SubmissionServer) -> None:
    """What the server accepted are the letters of the outbox that are `sent`, each once and to its recipient."""
    accepted = Counter(
        (str(message_from_bytes(one.octets)["Message-ID"]), one.recipients[0]) for one in submission.accepted
    )
    query = "SELECT message_id, recipient, state, ticket_id, event FROM letter"
    known = set()
    for message_id, recipient, state, _, event in installation.rows(query):
        key = (str(message_id), str(recipient))
        known.add(key)
        if state == "sent":
            findings.times(f"{event} to {recipient}", accepted[key])
        elif accepted[key]:
            findings.other.append(f"{event} to {recipient} was accepted and is {state}")
        elif state not in {"refused", "suppressed"}:
            findings.other.append(f"{event} to {recipient} is {state}")
    findings.other += [f"nobody ordered {key}" for key in accepted if key not in known]
    ordered = Counter(row[1:] for row in installation.rows(query) if row[4] in {"registered", "operator_new"})
    findings.twice += [f"ordered {count} times: {row}" for row, count in ordered.items() if count > 1]


def _troubles(findings: Findings, installation: Installation, arrived: Sequence[Arrived]) -> None:
    """Each client was answered once; an operator was told once of each answer that was refused."""
    to_client = "SELECT state FROM letter WHERE recipient = ?"
    told = (
        "SELECT COUNT(*) FROM letter JOIN ticket t ON t.id = ticket_id "
        "WHERE requester = ? AND event = 'operator_delivery_failed' AND letter.state = 'sent'"
    )
    for letter in arrived:
        states = installation.rows(to_client, letter.client)
        findings.times(f"answer to {letter.client}", len(states))
        if states and states[0][0] != ("refused" if letter.refused else "sent"):
            findings.other.append(f"the answer to {letter.client} is {states[0][0]}")
        reports = installation.count(told, letter.client)
        if letter.refused:
            findings.times(f"report that {letter.client} is refused", reports)
        elif reports:
            findings.other.append(f"operators were told {reports} times of the answer to {letter.client}")


def raw(findings: Findings, installation: Installation) -> None:
    """The octets of every message are kept whole; the database is sound; nobody holds a lease."""
    for (digest,) in installation.rows("SELECT sha256 FROM received WHERE sha256 IS NOT NULL"):
        octets = _octets(installation, str(digest))
        if octets is None or hashlib.sha256(octets).hexdigest() != digest:
            findings.lost.append(f"octets {digest}")
    if installation.on_sqlite and (verdict := installation.rows("PRAGMA integrity_check")) != [("ok",)]:
        findings.other.append(f"integrity: {verdict}")
    for owner, what in installation.rows(
        "SELECT owner, 'message' FROM received WHERE owner IS NOT NULL UNION ALL "
        "SELECT owner, 'letter' FROM letter WHERE owner IS NOT NULL"
    ):
        findings.other.append(f"{owner} still holds a {what}")


def _octets(installation: Installation, digest: str) -> bytes | None:
    if installation.on_sqlite:
        file = installation.folder / "state" / "raw" / digest[:2] / f"{digest}.eml"
        return file.read_bytes() if file.exists() else None
    found = installation.rows("SELECT octets FROM raw WHERE sha256 = ?", digest)
    octets = found[0][0] if found else None
    return octets if isinstance(octets, bytes) else None
