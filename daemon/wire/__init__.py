"""Octets in and out: IMAP and SMTP. Knows nothing of the database."""
