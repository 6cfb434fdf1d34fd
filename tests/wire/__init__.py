"""IMAP and SMTP against real and scripted servers."""
