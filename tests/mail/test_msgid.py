"""Signed tokens: minted, found, proven, never forged."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.mail.msgid import MAX_CLAIMS, message_id, mint, tokens_in, verify

KEY = b"k" * 32
OLD_KEY = b"o" * 32
REFERENCE = "2026-000123"
CLIENT = "ivan@example.kz"
TOKEN = mint(KEY, REFERENCE, 7, CLIENT)


def test_a_token_has_the_form_that_the_module_promises() -> None:
    prefix, reference, nonce, mac = TOKEN.split(".")
    assert (prefix, reference, len(nonce), len(mac)) == ("es", REFERENCE, 13, 20)
    assert set(nonce + mac) <= set(string.ascii_lowercase + "234567")


@given(
    nonce=st.integers(0, 2**64 - 1),
    reference=st.one_of(st.just("0"), st.from_regex(r"\A[0-9]{4}-[0-9]{6,9}\Z")),
)
@settings(max_examples=100, deadline=None)
def test_what_is_minted_is_found_and_proven(nonce: int, reference: str) -> None:
    token = mint(KEY, reference, nonce, CLIENT)
    (claim,) = tokens_in(message_id(token, "e-sauda.kz"))
    assert (claim.reference, claim.token) == (reference, token)
    assert verify(claim, CLIENT, [OLD_KEY, KEY])


@pytest.mark.parametrize(
    "place",
    [
        "<{}@e-sauda.kz>",
        "info+{}@e-sauda.kz",
        "INFO+{}@E-SAUDA.KZ",
        "--- Пожалуйста, пишите ответ выше этой строки --- {}",
        "> > {} ",
        "({}) [{}]",
        "ref={};",
    ],
)
def test_a_token_is_found_wherever_we_write_it(place: str) -> None:
    assert [claim.token for claim in tokens_in(place.replace("{}", TOKEN))] == [TOKEN]


def test_case_is_folded_because_servers_fold_local_parts() -> None:
    (claim,) = tokens_in(TOKEN.upper())
    assert verify(claim, CLIENT.upper(), [KEY])


def test_a_token_proves_nothing_for_another_recipient_key_or_ticket() -> None:
    (claim,) = tokens_in(TOKEN)
    (other,) = tokens_in(TOKEN.replace(REFERENCE, "2026-000124"))
    assert not verify(claim, "petr@example.kz", [KEY])
    assert not verify(claim, CLIENT, [OLD_KEY])
    assert not verify(claim, CLIENT, [])
    assert not verify(claim, CLIENT, [b""])
    assert not verify(other, CLIENT, [KEY])


def test_random_guesses_prove_nothing() -> None:
    chance = random.Random(1)
    letters = string.ascii_lowercase + "234567"
    (claim,) = tokens_in(TOKEN)
    for _ in range(2_000):
        guess = "".join(chance.choices(letters, k=20))
        (forged,) = tokens_in(f"es.{REFERENCE}.{claim.nonce}.{guess}")
        assert not verify(forged, CLIENT, [KEY])


@pytest.mark.parametrize(
    "text", ["", "es.", f"x{TOKEN}", f"{TOKEN}a", TOKEN[:-1], "es.26-1." + TOKEN[15:], "es.." * 50_000]
)
def test_what_is_not_quite_a_token_is_none(text: str) -> None:
    assert tokens_in(text) == ()


def test_the_number_of_claims_is_bounded_and_each_counts_once() -> None:
    tokens = [mint(KEY, "0", nonce, CLIENT) for nonce in range(MAX_CLAIMS + 20)]
    assert len(tokens_in(" ".join(tokens + tokens))) == MAX_CLAIMS
    assert len(tokens_in(f"{TOKEN} {TOKEN.upper()}")) == 1


@pytest.mark.parametrize(
    ("key", "reference", "nonce"),
    [(b"", REFERENCE, 1), (KEY, "26-1", 1), (KEY, "2026-000123\n", 1), (KEY, REFERENCE, -1), (KEY, REFERENCE, 2**64)],
)
def test_our_own_mistakes_are_told(key: bytes, reference: str, nonce: int) -> None:
    with pytest.raises(ValueError):
        mint(key, reference, nonce, CLIENT)


@pytest.mark.parametrize("domain", ["", "e-sauda.kz\r\nX: y", "a b", "<a>", "почта.қаз"])
def test_a_message_id_needs_a_domain(domain: str) -> None:
    with pytest.raises(ValueError):
        message_id(TOKEN, domain)
