"""Pytest fixtures: one Dovecot, Postfix and PostgreSQL a test process; what is scripted is new for each test."""

from collections.abc import Callable, Iterator

import pytest

from tests.servers import dovecot as dovecot_server
from tests.servers import postfix as postfix_server
from tests.servers import postgres as postgres_server
from tests.servers.authority import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres
from tests.servers.submission import SubmissionServer
from tests.servers.wireproxy import WireProxy


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, what needs a server that is not installed."""
    for name, missing in (("dovecot", dovecot_server.missing), ("postfix", postfix_server.missing)):
        if item.get_closest_marker(name) and (reason := missing()):
            pytest.skip(reason)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The Dovecot of this test process. Take a mailbox of your own with `dovecot.new_user()`."""
    if reason := dovecot_server.missing():
        pytest.skip(reason)
    server = Dovecot()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """The Postfix of this test process; it delivers into `dovecot`."""
    if reason := postfix_server.missing():
        pytest.skip(reason)
    server = Postfix(dovecot.lmtp_port)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this test process. Take a database of your own with `postgres.new_database()`."""
    if reason := postgres_server.missing():
        pytest.skip(reason)
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def submission(dovecot: Dovecot) -> Iterator[SubmissionServer]:
    """A scriptable submission server that delivers into `dovecot`; new for each test."""
    with SubmissionServer(dovecot.lmtp_port) as server:
        yield server


@pytest.fixture
def wireproxy() -> Iterator[Callable[[int], WireProxy]]:
    """Makes proxies: `wireproxy(target_port)`."""
    proxies: list[WireProxy] = []

    def make(target_port: int) -> WireProxy:
        proxies.append(WireProxy(target_port))
        return proxies[-1]

    yield make
    for proxy in proxies:
        proxy.stop()


@pytest.fixture(scope="session")
def authority(dovecot: Dovecot) -> Authority:
    """The certificate authority that the servers' certificates are from."""
    return dovecot.authority
