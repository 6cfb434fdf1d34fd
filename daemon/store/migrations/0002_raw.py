"""Raw messages in the database, for installations whose hosts share a PostgreSQL. Stays empty with SQLite."""

from peewee import BlobField, CharField, Database, IntegerField, Model


def up(_migrator: object, db: Database) -> None:
    """Make the table."""

    class Raw(Model):
        sha256 = CharField(primary_key=True, max_length=64)
        octets = BlobField()
        size = IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "raw"

    db.create_tables([Raw])
