"""The tables and their constraints.

Promise: what must be unique is unique here, by constraint: a received UID, a registration number, a letter's
Message-ID. The state column of a ticket is a cache of its history; the journal of received messages is the queue.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    DatabaseProxy,
    ForeignKeyField,
    IntegerField,
    Model,
)

from daemon.store.fields import Clean, Instant, Json

database = DatabaseProxy()


class Table(Model):
    """Base of all tables."""

    class Meta:
        database = database
        legacy_table_names = False


class Mailbox(Table):
    """One incarnation of a folder on the IMAP server: UIDs mean something only within it (RFC 9051 section 2.3.1.1)."""

    id = BigAutoField()
    folder = Clean()
    uidvalidity = BigIntegerField()
    start_at = Instant(null=True)
    """Mail that came before is `before_start`."""
    start_uid = BigIntegerField(null=True)
    """UIDs below are `before_start`."""
    last_uid = BigIntegerField(default=0)
    """The highest UID ever listed here."""
    passed_at = Instant(null=True)
    """End of the last complete pass: everything listed, nothing undecided, journal and server agree."""
    created_at = Instant()

    class Meta:
        table_name = "mailbox"
        indexes = ((("folder", "uidvalidity"), True),)


class Ticket(Table):
    """A request of a client."""

    id = BigAutoField()
    number = CharField(32, unique=True)
    year = IntegerField()
    running = IntegerField()
    state = CharField(16)
    closed_reason = CharField(16, default="")
    category = CharField(24)
    priority = CharField(16)
    level = CharField(8)
    lane = CharField(24, default="")
    """Why a person must act, e.g. `decide_scope`; empty: the ordinary way."""
    language = CharField(8)
    subject = Clean()
    requester = Clean()
    requester_address = Clean(default="")
    """As it was written, for letters."""
    requester_name = Clean(default="")
    relates_to = ForeignKeyField("self", null=True)
    """The ticket this one follows up or mentions."""
    opened_at = Instant()
    changed_at = Instant()
    due_at = Instant(null=True)
    """When the state falls due (resolution, silence); None: nothing does."""

    class Meta:
        indexes = ((("year", "running"), True), (("requester", "opened_at"), False), (("state", "changed_at"), False))


Ticket.add_index(Ticket.index(Ticket.due_at, name="ticket_due", where=Ticket.due_at.is_null(False)))


class Received(Table):
    """The journal: one row for each UID seen, ending in exactly one outcome (guarantee 1)."""

    id = BigAutoField()
    mailbox = ForeignKeyField(Mailbox, index=False)
    uid = BigIntegerField()
    trace = CharField(16)
    """Correlation id of every log line about this message."""
    internal_date = Instant(null=True)
    size = IntegerField(default=0)
    sha256 = CharField(64, null=True)
    content = CharField(64, default="")
    """Digest of what the sender wrote, without what servers add on the way; equal for two copies of one message."""
    message_id = Clean(default="")
    originator = Clean(default="")
    subject = Clean(default="")
    phase = CharField(8, default="listed")
    """listed → parsing → parsed → decided. An owner that dies in `parsing` is an attempt of the message."""
    attempts = IntegerField(default=0)
    owner = CharField(64, null=True)
    outcome = CharField(24, null=True)
    ticket = ForeignKeyField(Ticket, null=True)
    folder = Clean(default="")
    """Where it is to be filed; empty: it stays."""
    filed = CharField(8, default="")
    """moved, copied, gone, or empty while it waits."""
    reported = BooleanField(default=True)
    """False while a person's mail in the junk folder waits for its report."""
    decision = Json(null=True)
    listed_at = Instant()
    decided_at = Instant(null=True)

    class Meta:
        indexes = ((("mailbox", "uid"), True), (("message_id",), False), (("sha256",), False), (("ticket",), False))


Received.add_index(
    Received.index(Received.mailbox, Received.uid, name="received_undecided", where=Received.outcome.is_null())
)
Received.add_index(
    Received.index(
        Received.mailbox, name="received_unfiled", where=SQL("folder <> '' AND filed = '' AND outcome IS NOT NULL")
    )
)
Received.add_index(Received.index(Received.id, name="received_unreported", where=SQL("NOT reported")))
Received.add_index(Received.index(Received.owner, name="received_owned", where=Received.owner.is_null(False)))


class Participant(Table):
    """Who takes part in a ticket: an address of the client's side."""

    ticket = ForeignKeyField(Ticket, index=False)
    address = Clean()
    """Folded for comparison."""
    role = CharField(16)

    class Meta:
        primary_key = CompositeKey("ticket", "address")
        indexes = ((("address",), False),)


class History(Table):
    """What happened to a ticket, in order: event, from, to, who, by which message or letter, rule and clause."""

    id = BigAutoField()
    ticket = ForeignKeyField(Ticket, index=False)
    at = Instant()
    event = CharField(24)
    from_state = CharField(16)
    to_state = CharField(16)
    who = Clean()
    received = ForeignKeyField(Received, null=True, index=False)
    rule = Clean()
    clause = CharField(16)
    note = Clean(default="")

    class Meta:
        indexes = ((("ticket", "id"), False),)


class Letter(Table):
    """The outbox: everything the world is to hear from us. States are those of `daemon.store.outbox`."""

    id = BigAutoField()
    ticket = ForeignKeyField(Ticket, null=True, index=False)
    received = ForeignKeyField(Received, null=True, index=False)
    trace = CharField(16)
    event = CharField(40)
    """The template it was rendered from."""
    nonce = CharField(16)
    message_id = Clean(unique=True)
    recipient = Clean()
    """Addr-spec as it goes on the wire."""
    recipient_key = Clean()
    """The folded mailbox without sub-address, where the letter counts in its caps; else empty."""
    reverse_path = Clean()
    octets = BlobField()
    automatic = BooleanField()
    """Counted in the caps: goes to a client without a person's word."""
    acknowledgement = BooleanField()
    """Given up after a day."""
    state = CharField(12)
    reason = Clean(default="")
    """Why it is held, suppressed, refused or waits."""
    rule = Clean()
    clause = CharField(16)
    created_at = Instant()
    due_at = Instant()
    owner = CharField(64, null=True)
    attempts = IntegerField(default=0)
    dotted_at = Instant(null=True)
    ended_at = Instant(null=True)
    witnessed = BooleanField(default=True)
    """The witness was among the recipients that the server accepted."""
    risks = IntegerField(default=0)
    """Times it was sent again although an earlier outcome stayed unknown."""
    delay_told = BooleanField(default=False)
    failure_told = BooleanField(default=False)

    class Meta:
        indexes = (
            (("recipient_key", "created_at"), False),
            (("ticket", "created_at"), False),
            (("created_at",), False),
            (("nonce",), False),
            (("state", "due_at"), False),
        )


Letter.add_index(Letter.index(Letter.owner, name="letter_owned", where=Letter.owner.is_null(False)))


class ThreadKey(Table):
    """A Message-ID that belongs to a ticket: of a received message or of a letter of ours."""

    message_id = Clean()
    ticket = ForeignKeyField(Ticket)

    class Meta:
        table_name = "thread_key"
        primary_key = CompositeKey("message_id", "ticket")


class Bounced(Table):
    """An address whose delivery failed for good: no automatic letter goes there for a while."""

    address = Clean(primary_key=True)
    until = Instant()
    reason = Clean()


class Offender(Table):
    """A counted offence of a proven client (C.7a)."""

    id = BigAutoField()
    address = Clean()
    received = ForeignKeyField(Received)
    at = Instant()

    class Meta:
        indexes = ((("address",), False),)


class Counter(Table):
    """The last running number of a year. Grows only in the transaction that opens a ticket (C.4)."""

    year = IntegerField(primary_key=True)
    last = IntegerField()


class Runner(Table):
    """A process of ours: its leases are dead when it is."""

    owner = CharField(64, primary_key=True)
    role = CharField(16)
    host = Clean()
    started_at = Instant()
    beat_at = Instant()


class Alarm(Table):
    """Something that ops must know of until it is over; the exit code of `status`."""

    name = CharField(48, primary_key=True)
    since = Instant()
    last = Instant()
    detail = Clean()
    told = BooleanField(default=False)


class Raw(Table):
    """The octets of a received message, where they are kept in the database (see `daemon.store.raw`)."""

    sha256 = CharField(64, primary_key=True)
    octets = BlobField()
    size = IntegerField()


class Switch(Table):
    """A persistent switch of the service, such as the breaker on automatic letters."""

    name = CharField(32, primary_key=True)
    value = Clean()
    at = Instant()


TABLES = (
    Mailbox,
    Ticket,
    Received,
    Participant,
    History,
    Letter,
    ThreadKey,
    Bounced,
    Offender,
    Counter,
    Runner,
    Alarm,
    Switch,
    Raw,
)
