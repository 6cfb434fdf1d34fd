"""Proof, not hints: which message joins which ticket, in which role, and whether its sender is proven (guarantee 6)."""

import dataclasses
from typing import Any

import pytest

from daemon.desk.correlate import Proof, Role, Thread, content_digest, correlate, hints
from daemon.desk.number import registration_number
from daemon.desk.snapshot import LetterView, Snapshot, TicketView
from daemon.mail.message import Address, DeliveryReport, Message
from daemon.mail.msgid import message_id, mint, tokens_in
from tests.desk.cases import (
    CLIENT,
    NUMBER,
    OPERATOR,
    QUALITY,
    REFERENCE,
    STRANGER,
    attachment,
    letter_view,
    message,
    snapshot,
    ticket,
)

KEY = b"k" * 32
OLD_KEY = b"o" * 32
FOREIGN_KEY = b"f" * 32
STAFF = (OPERATOR.key, QUALITY.key)
OTHER = ticket(number=registration_number("ES", 2026, 124), reference="2026-000124", requester=STRANGER.key,
               participants=frozenset({STRANGER.key}))  # fmt: skip


def token(to: Address = CLIENT, key: bytes = KEY, reference: str = REFERENCE, nonce: int = 7) -> str:
    return mint(key, reference, nonce, to.addr)


def known(text: str, to: Address = CLIENT, event: str = "registered") -> LetterView:
    """The letter of ours that carries the token, as the store has it."""
    return letter_view(event, to, nonce=tokens_in(text)[0].nonce)


def place(
    received: Message, *tickets: TicketView, letters: tuple[LetterView, ...] = (), authenticated: bool = False,
    keys: tuple[bytes, ...] = (KEY,), **more: Any,
) -> Thread:  # fmt: skip
    seen: Snapshot = snapshot(tickets=tickets or (ticket(),), letters=letters, **more)
    return correlate(hints(received, "ES"), seen, keys, STAFF, authenticated=authenticated)


def answering(text: str, sender: Address = CLIENT) -> Message:
    return message(sender=sender, originators=(sender,), in_reply_to=(message_id(text, "e-sauda.kz"),))


def test_the_token_for_this_very_address_joins_and_proves_the_sender() -> None:
    found = place(answering(token()), letters=(known(token()),))
    assert (found.ticket, found.proof, found.role, found.proven) == (ticket(), Proof.TOKEN, Role.REQUESTER, True)


@pytest.mark.parametrize("addr", ["ASEL@example.kz", "Asel@EXAMPLE.KZ"])
def test_the_letter_case_of_an_address_does_not_matter(addr: str) -> None:
    found = place(answering(token(), Address("", addr)), letters=(known(token()),))
    assert (found.role, found.proven) == (Role.REQUESTER, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"references": (f"<{token()}@e-sauda.kz>",)},
        {"to": (Address("", f"info+{token()}@e-sauda.kz"),)},
        {"cc": (Address("", f"info+{token().upper()}@e-sauda.kz"),)},
        {"text": f"Спасибо!\n> {token()}\n"},
    ],
    ids=["references", "sub-address", "folded sub-address", "body marker"],
)
def test_a_token_counts_wherever_a_mail_client_may_leave_it(changes: dict[str, Any]) -> None:
    assert place(message(**changes), letters=(known(token()),)).proof is Proof.TOKEN


def test_a_token_proves_also_after_its_letter_was_lost_with_the_database() -> None:
    found = place(answering(token()), letters=())
    assert (found.proof, found.proven) == (Proof.TOKEN, True)


@pytest.mark.parametrize(
    "forged",
    [
        token(key=FOREIGN_KEY),
        token()[:-1] + ("a" if token()[-1] != "a" else "b"),
        token(reference="2026-000124").replace("2026-000124", REFERENCE),
        token(STRANGER),
    ],
    ids=["another key", "one letter changed", "of another ticket", "of another recipient"],
)
def test_a_forged_token_joins_nothing(forged: str) -> None:
    found = place(answering(forged, CLIENT), letters=(letter_view(nonce=tokens_in(forged)[0].nonce),))
    assert (found.ticket, found.proof, found.proven, found.claim) == (None, Proof.NONE, False, None)


def test_a_token_forwarded_to_a_colleague_adds_his_words_and_proves_nothing() -> None:
    found = place(answering(token(), STRANGER), letters=(known(token()),))
    assert (found.proof, found.role, found.proven) == (Proof.TOKEN, Role.STRANGER, False)


def test_a_colleague_whom_our_server_vouches_for_is_proven_and_still_a_stranger_to_the_ticket() -> None:
    found = place(answering(token(), STRANGER), letters=(known(token()),), authenticated=True)
    assert (found.role, found.proven) == (Role.STRANGER, True)


def test_the_holder_of_a_token_who_forges_another_from_is_not_proven() -> None:
    joint = ticket(participants=frozenset({CLIENT.key, STRANGER.key}))
    found = place(answering(token(STRANGER), CLIENT), joint, letters=(known(token(STRANGER), STRANGER),))
    assert (found.role, found.proven) == (Role.REQUESTER, False)


def test_a_token_of_the_key_before_the_rotation_still_proves() -> None:
    assert place(answering(token(key=OLD_KEY)), keys=(KEY, OLD_KEY)).proven


def test_a_token_of_a_key_that_was_taken_out_proves_nothing() -> None:
    assert place(answering(token(key=OLD_KEY)), keys=(KEY,)).proof is Proof.NONE


def test_the_first_genuine_token_wins_over_forged_ones_before_it() -> None:
    forged = token(key=FOREIGN_KEY, reference="2026-000124", nonce=1)
    received = message(references=(f"<{forged}@e-sauda.kz>",), in_reply_to=(f"<{token()}@e-sauda.kz>",))
    assert place(received, OTHER, ticket(), letters=(known(token()),)).ticket == ticket()


def test_the_answered_letter_wins_over_a_quoted_one_of_another_ticket() -> None:
    mine, quoted = token(), token(reference="2026-000124", nonce=9)
    received = message(in_reply_to=(f"<{mine}@e-sauda.kz>",), text=f"> {quoted}")
    letters = (known(quoted), known(mine))
    assert place(received, OTHER, ticket(), letters=letters).ticket == ticket()


def test_a_proven_token_wins_over_a_number_of_another_ticket() -> None:
    received = dataclasses.replace(answering(token()), subject=f"Re: [{OTHER.number}]")
    assert place(received, OTHER, ticket(), letters=(known(token()),)).ticket == ticket()


def test_a_participant_who_names_the_number_joins_unproven() -> None:
    found = place(message(subject=f"Re: [{NUMBER}] Вопрос"))
    assert (found.ticket, found.proof, found.role, found.proven) == (ticket(), Proof.NUMBER, Role.REQUESTER, False)


def test_a_participant_who_names_the_number_is_proven_where_our_server_vouches_for_from() -> None:
    assert place(message(subject=NUMBER), authenticated=True).proven


def test_another_participant_is_told_apart_from_the_requester() -> None:
    joint = ticket(participants=frozenset({CLIENT.key, STRANGER.key}))
    assert place(message(sender=STRANGER, subject=NUMBER), joint).role is Role.PARTICIPANT


def test_a_participant_joins_by_a_message_id_of_the_ticket() -> None:
    found = place(message(in_reply_to=("<mine@example.kz>",)), threads=(("<mine@example.kz>", NUMBER),))
    assert (found.ticket, found.proof, found.proven) == (ticket(), Proof.REFERENCE, False)


@pytest.mark.parametrize("authenticated", [True, False])
def test_a_stranger_with_a_number_joins_nothing_and_the_number_is_a_mention(authenticated: bool) -> None:
    found = place(message(sender=STRANGER, subject=NUMBER), authenticated=authenticated)
    assert (found.ticket, found.proof, found.role, found.mentions) == (None, Proof.NONE, Role.STRANGER, NUMBER)


def test_a_mention_is_the_same_whether_there_is_such_a_ticket_or_not() -> None:
    received = message(sender=STRANGER, subject=NUMBER)
    seen = correlate(hints(received, "ES"), snapshot(), (KEY,), STAFF, authenticated=False)
    assert seen.mentions == place(received).mentions == NUMBER


def test_a_stranger_with_a_message_id_of_the_ticket_joins_nothing_and_is_told_no_number() -> None:
    found = place(
        message(sender=STRANGER, in_reply_to=("<mine@example.kz>",)), threads=(("<mine@example.kz>", NUMBER),)
    )
    assert (found.ticket, found.mentions) == (None, "")


def test_a_participant_of_one_ticket_does_not_join_another_by_its_number() -> None:
    found = place(message(subject=OTHER.number), OTHER, ticket())
    assert (found.ticket, found.mentions) == (None, OTHER.number)


def test_of_two_numbers_the_one_the_sender_takes_part_in_joins() -> None:
    found = place(message(subject=f"{OTHER.number} {NUMBER}"), OTHER, ticket())
    assert (found.ticket, found.proof) == (ticket(), Proof.NUMBER)


def test_a_forged_from_of_the_client_with_his_number_joins_and_proves_nothing() -> None:
    found = place(message(subject=NUMBER), authenticated=False)
    assert (found.role, found.proven) == (Role.REQUESTER, False)


def test_a_sender_with_an_operators_address_is_staff_and_joins_no_ticket_by_its_number() -> None:
    found = place(message(sender=OPERATOR, subject=NUMBER))
    assert (found.ticket, found.role, found.proven) == (None, Role.STAFF, False)


def test_an_operators_token_is_bound_to_the_operator() -> None:
    his = token(OPERATOR)
    found = place(answering(his, OPERATOR), letters=(known(his, OPERATOR),))
    assert (found.ticket, found.role, found.proven) == (ticket(), Role.STAFF, True)
    stolen = place(answering(his, STRANGER), letters=(known(his, OPERATOR),))
    assert (stolen.role, stolen.proven) == (Role.STRANGER, False)


def test_a_token_of_a_letter_about_no_ticket_joins_nothing() -> None:
    found = place(answering(token(reference="0")))
    assert (found.ticket, found.proof) == (None, Proof.NONE)
    assert found.claim


def test_a_delivery_report_is_tied_by_the_token_of_the_letter_it_returns() -> None:
    report = DeliveryReport(CLIENT.addr, "failed", "5.1.1", "", f"<{token()}@e-sauda.kz>")
    daemon = Address("", "mailer-daemon@example.kz")
    found = place(message(sender=daemon, text="", report=report), letters=(known(token()),))
    assert found.claim
    assert found.claim.token == token()


def test_a_delivery_report_that_names_only_number_and_recipient_is_tied_to_nothing() -> None:
    report = DeliveryReport(CLIENT.addr, "failed", "5.1.1", "", "<question@example.kz>")
    daemon = Address("", "mailer-daemon@example.kz")
    found = place(message(sender=daemon, subject=NUMBER, text=NUMBER, report=report))
    assert (found.ticket, found.claim) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "иначе"},
        {"subject": "иначе"},
        {"message_id": "<another@example.kz>"},
        {"sender": STRANGER},
        {"attachments": (attachment(),)},
    ],
)
def test_a_copy_is_the_same_message_only_if_all_that_the_sender_wrote_is_the_same(changes: dict[str, Any]) -> None:
    assert content_digest(message(**changes)) != content_digest(message())


def test_what_servers_add_on_the_way_does_not_make_another_message() -> None:
    copy = message(sha256="f" * 64, headers=(("received", "from x by y"),), size=2_000)
    assert content_digest(copy) == content_digest(message())


def test_hints_of_hostile_text_stay_bounded() -> None:
    flood = "\n".join(mint(KEY, REFERENCE, nonce, CLIENT.addr) for nonce in range(500))
    numbers = " ".join(registration_number("ES", 2026, running) for running in range(1, 500))
    found = hints(message(text=f"{flood}\n{numbers}"), "ES")
    assert len(found.claims) == 50
    assert len(found.numbers) == 50
