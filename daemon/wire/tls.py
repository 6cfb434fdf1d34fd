"""The one way this daemon speaks TLS: the certificate and the host name are always verified (RFC 8314 section 4)."""

import ssl
from pathlib import Path
from typing import Literal

Security = Literal["tls", "starttls", "none"]
"""`tls` from the first octet (RFC 8314), `starttls` demanded, never hoped for, or `none` for a server on loopback."""


def verifying_context(ca_file: Path | None) -> ssl.SSLContext:
    """Trust `ca_file` (PEM) alone if it is given, else the authorities of the system.

    Raises:
        OSError: the file cannot be read or holds no certificate.
    """
    return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(ca_file) if ca_file else None)
