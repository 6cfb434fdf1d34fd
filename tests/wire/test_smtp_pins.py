"""What `daemon.wire.smtp_line` knows of the inside of aiosmtplib. If this fails, read that module before upgrading."""

import asyncio
import hashlib
import inspect

import aiosmtplib
import pytest
from aiosmtplib.protocol import SMTPProtocol


def test_the_protocol_has_the_attributes_that_we_use() -> None:
    loop = asyncio.new_event_loop()
    protocol = SMTPProtocol(loop)
    loop.close()
    assert protocol._response_waiter is None
    assert protocol._response_pending is False
    assert protocol._buffer == bytearray()
    assert protocol.transport is None
    assert inspect.iscoroutinefunction(protocol._drain_helper)
    assert list(inspect.signature(protocol.write).parameters) == ["data"]
    assert list(inspect.signature(protocol.read_response).parameters) == ["timeout"]
    assert isinstance(inspect.getattr_static(SMTPProtocol, "is_connected"), property)


@pytest.mark.parametrize(
    ("function", "digest"),
    [
        (SMTPProtocol.execute_data_command, "a55f9634add2db08"),
        (SMTPProtocol.read_response, "0b9d810b358b1b0b"),
        (SMTPProtocol.data_received, "5edbbead3dc96987"),
        (SMTPProtocol.connection_lost, "771b1b3847412f05"),
        (aiosmtplib.SMTP.close, "dfa096b568cd13b9"),
    ],
)
def test_the_functions_that_we_replace_or_lean_on_are_the_ones_we_read(function: object, digest: str) -> None:
    source = inspect.getsource(function)  # type: ignore[arg-type]
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == digest
