"""The first schema: a copy of the tables as they were then, independent of `daemon.store.models`."""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    Database,
    ForeignKeyField,
    IntegerField,
    Model,
)

from daemon.store.fields import Clean, Instant, Json


def up(_migrator: object, db: Database) -> None:
    """Make every table and index."""

    class Alarm(Model):
        name = CharField(primary_key=True, max_length=48)
        since = Instant()
        last = Instant()
        detail = Clean()
        told = BooleanField(default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "alarm"

    db.create_tables([Alarm])

    class Bounced(Model):
        address = Clean(primary_key=True)
        until = Instant()
        reason = Clean()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "bounced"

    db.create_tables([Bounced])

    class Counter(Model):
        year = IntegerField(primary_key=True)
        last = IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "counter"

    db.create_tables([Counter])

    class Ticket(Model):
        id = BigAutoField()
        number = CharField(unique=True, max_length=32)
        year = IntegerField()
        running = IntegerField()
        state = CharField(max_length=16)
        closed_reason = CharField(max_length=16, default="")
        category = CharField(max_length=24)
        priority = CharField(max_length=16)
        level = CharField(max_length=8)
        lane = CharField(max_length=24, default="")
        language = CharField(max_length=8)
        subject = Clean()
        requester = Clean()
        requester_address = Clean(default="")
        requester_name = Clean(default="")
        relates_to = ForeignKeyField("self", null=True)
        opened_at = Instant()
        changed_at = Instant()
        due_at = Instant(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "ticket"
            indexes = (
                (("year", "running"), True),
                (("requester", "opened_at"), False),
                (("state", "changed_at"), False),
            )

    Ticket.add_index(Ticket.index(Ticket.due_at, name="ticket_due", where=Ticket.due_at.is_null(False)))
    db.create_tables([Ticket])

    class Mailbox(Model):
        id = BigAutoField()
        folder = Clean()
        uidvalidity = BigIntegerField()
        start_at = Instant(null=True)
        start_uid = BigIntegerField(null=True)
        last_uid = BigIntegerField(default=0)
        passed_at = Instant(null=True)
        created_at = Instant()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mailbox"
            indexes = ((("folder", "uidvalidity"), True),)

    db.create_tables([Mailbox])

    class Received(Model):
        id = BigAutoField()
        mailbox = ForeignKeyField(Mailbox, index=False)
        uid = BigIntegerField()
        trace = CharField(max_length=16)
        internal_date = Instant(null=True)
        size = IntegerField(default=0)
        sha256 = CharField(null=True, max_length=64)
        content = CharField(max_length=64, default="")
        message_id = Clean(default="")
        originator = Clean(default="")
        subject = Clean(default="")
        phase = CharField(max_length=8, default="listed")
        attempts = IntegerField(default=0)
        owner = CharField(null=True, max_length=64)
        outcome = CharField(null=True, max_length=24)
        ticket = ForeignKeyField(Ticket, null=True)
        folder = Clean(default="")
        filed = CharField(max_length=8, default="")
        reported = BooleanField(default=True)
        decision = Json(null=True)
        listed_at = Instant()
        decided_at = Instant(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "received"
            indexes = ((("mailbox", "uid"), True), (("message_id",), False), (("sha256",), False), (("ticket",), False))

    undecided = Received.outcome.is_null()
    Received.add_index(Received.index(Received.mailbox, Received.uid, name="received_undecided", where=undecided))
    unfiled = SQL("folder <> '' AND filed = '' AND outcome IS NOT NULL")
    Received.add_index(Received.index(Received.mailbox, name="received_unfiled", where=unfiled))
    Received.add_index(Received.index(Received.id, name="received_unreported", where=SQL("NOT reported")))
    Received.add_index(Received.index(Received.owner, name="received_owned", where=Received.owner.is_null(False)))
    db.create_tables([Received])

    class History(Model):
        id = BigAutoField()
        ticket = ForeignKeyField(Ticket, index=False)
        at = Instant()
        event = CharField(max_length=24)
        from_state = CharField(max_length=16)
        to_state = CharField(max_length=16)
        who = Clean()
        received = ForeignKeyField(Received, null=True, index=False)
        rule = Clean()
        clause = CharField(max_length=16)
        note = Clean(default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "history"
            indexes = ((("ticket", "id"), False),)

    db.create_tables([History])

    class Letter(Model):
        id = BigAutoField()
        ticket = ForeignKeyField(Ticket, null=True, index=False)
        received = ForeignKeyField(Received, null=True, index=False)
        trace = CharField(max_length=16)
        event = CharField(max_length=40)
        nonce = CharField(max_length=16)
        message_id = Clean(unique=True)
        recipient = Clean()
        recipient_key = Clean()
        reverse_path = Clean()
        octets = BlobField()
        automatic = BooleanField()
        acknowledgement = BooleanField()
        state = CharField(max_length=12)
        reason = Clean(default="")
        rule = Clean()
        clause = CharField(max_length=16)
        created_at = Instant()
        due_at = Instant()
        owner = CharField(null=True, max_length=64)
        attempts = IntegerField(default=0)
        dotted_at = Instant(null=True)
        ended_at = Instant(null=True)
        witnessed = BooleanField(default=True)
        risks = IntegerField(default=0)
        delay_told = BooleanField(default=False)
        failure_told = BooleanField(default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "letter"
            indexes = (
                (("recipient_key", "created_at"), False),
                (("ticket", "created_at"), False),
                (("created_at",), False),
                (("nonce",), False),
                (("state", "due_at"), False),
            )

    Letter.add_index(Letter.index(Letter.owner, name="letter_owned", where=Letter.owner.is_null(False)))
    db.create_tables([Letter])

    class Offender(Model):
        id = BigAutoField()
        address = Clean()
        received = ForeignKeyField(Received)
        at = Instant()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "offender"
            indexes = ((("address",), False),)

    db.create_tables([Offender])

    class Participant(Model):
        ticket = ForeignKeyField(Ticket, index=False)
        address = Clean()
        role = CharField(max_length=16)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "participant"
            primary_key = CompositeKey("ticket", "address")
            indexes = ((("address",), False),)

    db.create_tables([Participant])

    class Runner(Model):
        owner = CharField(primary_key=True, max_length=64)
        role = CharField(max_length=16)
        host = Clean()
        started_at = Instant()
        beat_at = Instant()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "runner"

    db.create_tables([Runner])

    class Switch(Model):
        name = CharField(primary_key=True, max_length=32)
        value = Clean()
        at = Instant()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "switch"

    db.create_tables([Switch])

    class ThreadKey(Model):
        message_id = Clean()
        ticket = ForeignKeyField(Ticket)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "thread_key"
            primary_key = CompositeKey("message_id", "ticket")

    db.create_tables([ThreadKey])
