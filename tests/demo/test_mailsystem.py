"""Starting, asking and stopping the mail system."""

import socket
import threading

import pytest

from daemon.demo.mailsystem import MailSystem
from tests.demo.conftest import ACCOUNTS, PASSWORD, letter

INFO = "info@e-sauda.kz"


def test_a_stopped_system_has_no_port_and_no_thread_left() -> None:
    with MailSystem(ACCOUNTS, PASSWORD) as system:
        port = system.imap_port
        held = socket.create_connection(("127.0.0.1", port))
        assert any(thread.name == "mail-system" for thread in threading.enumerate())
    held.close()
    assert not any(thread.name == "mail-system" for thread in threading.enumerate())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_taken_port_is_said_at_the_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        MailSystem(ACCOUNTS, PASSWORD).start(imap_port=taken.getsockname()[1])


def test_folders_and_messages_are_listed_for_the_table(system: MailSystem) -> None:
    system.deliver(letter(), "asel@example.kz", [INFO])
    assert system.folders("support")[0] == "INBOX"
    assert {"Witness", "Support/Registered"} <= set(system.folders(INFO))
    (mail,) = system.messages(INFO)
    assert (mail.uid, mail.flags) == (1, frozenset())
    assert mail.octets.endswith(letter())
    assert system.logins() == ["manager", "operator", "quality", "support"]


def test_what_is_not_there_is_said(system: MailSystem) -> None:
    with pytest.raises(KeyError):
        system.messages("nobody@example.kz")
    with pytest.raises(KeyError):
        system.messages(INFO, "Nowhere")
    with pytest.raises(KeyError):
        system.deliver(letter(), "", ["nobody@e-sauda.kz"])


def test_letters_from_many_threads_get_uids_of_their_own(system: MailSystem) -> None:
    def send() -> None:
        for _ in range(25):
            system.deliver(letter(), "asel@example.kz", [INFO])

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [mail.uid for mail in system.messages(INFO)] == list(range(1, 101))
