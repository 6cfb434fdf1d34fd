"""The bare loop: IMAP fetch, the standard library's parser, one fsynced transaction a letter, one kept SMTP connection.

It understands nothing, guards nothing and journals nothing: it is the limit that the daemon is compared with.
Run as `python -m tests.bench.bare IMAP_PORT USER PASSWORD SMTP_PORT DATABASE COUNT`.
"""

import smtplib
import sqlite3
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from imapclient import IMAPClient


def main() -> None:
    imap_port, user, password, smtp_port, database, count = sys.argv[1:]
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA journal_mode=wal")
    store.execute("PRAGMA synchronous=full")
    store.execute("CREATE TABLE ticket (number INTEGER PRIMARY KEY, sender TEXT, subject TEXT, body TEXT)")
    mailbox = IMAPClient("127.0.0.1", int(imap_port), ssl=False)
    mailbox.login(user, password)
    mailbox.select_folder("INBOX")
    smtp = smtplib.SMTP("127.0.0.1", int(smtp_port))
    for uid in mailbox.search("UNSEEN")[: int(count)]:
        message = message_from_bytes(mailbox.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"], policy=default)
        body = message.get_body(("plain",))
        store.execute("BEGIN IMMEDIATE")
        number = store.execute(
            "INSERT INTO ticket (sender, subject, body) VALUES (?, ?, ?)",
            (str(message["From"]), str(message["Subject"]), body.get_content() if body else ""),
        ).lastrowid
        store.execute("COMMIT")
        reply = EmailMessage()
        reply["From"], reply["To"] = "info@e-sauda.kz", str(message["From"])
        reply["Subject"] = f"[{number}] {message['Subject']}"
        reply["In-Reply-To"] = str(message["Message-ID"])
        reply.set_content(f"Ваше обращение зарегистрировано под номером {number}.\n" * 10)
        smtp.send_message(reply)
        mailbox.add_flags([uid], ["\\Seen"])
    smtp.quit()
    mailbox.logout()


if __name__ == "__main__":
    main()
