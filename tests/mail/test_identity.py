"""Whether our own border server vouches for From: only its topmost field counts, and only for this very domain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.identity import authenticated
from tests.mail.letters import read

OURS = "mail.e-sauda.kz"


def vouched(*results: str, sender: str = "From: asel@example.kz", server: str = OURS) -> bool:
    return authenticated(read(sender, *(f"Authentication-Results: {result}" for result in results)), server)


@pytest.mark.parametrize(
    "result",
    [
        f"{OURS}; dmarc=pass header.from=example.kz",
        f"{OURS}; dmarc=pass (p=reject) header.from=EXAMPLE.KZ",
        f"{OURS.upper()}; dkim=pass header.d=example.kz",
        f"{OURS} 1; dkim=pass header.i=@example.kz header.s=s1",
        f"{OURS}; spf=pass smtp.mailfrom=asel@example.kz",
        f"{OURS}; spf=pass smtp.mailfrom=example.kz",
        f"{OURS}; spf=fail smtp.mailfrom=example.org; dkim=fail header.d=example.kz; dmarc=pass header.from=example.kz",
        f'{OURS}; dkim=pass reason="good; signature" header.d=example.kz',
    ],
)
def test_a_pass_for_the_domain_of_from_proves_it(result: str) -> None:
    assert vouched(result)


@pytest.mark.parametrize(
    "result",
    [
        f"{OURS}; none",
        f"{OURS};",
        OURS,
        "",
        f"{OURS}; dmarc=fail header.from=example.kz",
        f"{OURS}; dmarc=pass header.from=example.org",
        f"{OURS}; dmarc=pass header.from=sub.example.kz",
        f"{OURS}; dmarc=pass",
        f"{OURS}; dkim=pass header.d=example.org",
        f"{OURS}; dkim=pass header.d=mail.example.kz",
        f"{OURS}; dkim=pass header.i=asel@example.kz@example.org",
        f"{OURS}; spf=pass smtp.mailfrom=bounce@mailer.example.org",
        f"{OURS}; spf=pass smtp.helo=example.kz",
        f"{OURS}; arc=pass header.from=example.kz",
        f"{OURS}; dkim=neutral header.d=example.kz",
        f"{OURS}; x-dmarc=pass header.from=example.kz",
        f"x{OURS}; dmarc=pass header.from=example.kz",
        "example.kz; dmarc=pass header.from=example.kz",
    ],
)
def test_anything_else_proves_nothing(result: str) -> None:
    assert not vouched(result)


@pytest.mark.parametrize(
    "result",
    [
        f"{OURS}; spf=fail (sender; dmarc=pass header.from=example.kz)",
        f"{OURS}; spf=fail (a (b; dmarc=pass header.from=example.kz) c)",
        f"{OURS}; spf=fail (a \\) ; dmarc=pass header.from=example.kz)",
        f'{OURS}; spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.kz "@example.org',
        f'{OURS}; spf=pass smtp.mailfrom="a\\" ; dmarc=pass header.from=example.kz "@example.org',
        f'{OURS}; dkim=fail reason="x; dkim=pass header.d=example.kz" header.d=example.org',
        f"{OURS}; dkim=pass header.d=example.org header.d=example.kz",
        f"{OURS}; dmarc=pass header.from=example.org header.from=example.kz",
    ],
)
def test_what_the_sender_can_write_into_our_field_proves_nothing(result: str) -> None:
    assert not vouched(result)


def test_only_the_topmost_field_of_our_server_is_believed() -> None:
    forged = f"{OURS}; dmarc=pass header.from=example.kz"
    assert not vouched(f"{OURS}; dmarc=fail header.from=example.kz", forged)
    assert vouched(forged, f"{OURS}; dmarc=fail header.from=example.kz")


def test_fields_of_other_servers_above_ours_are_passed_over() -> None:
    assert vouched("relay.example.org; dmarc=fail", f"{OURS}; dmarc=pass header.from=example.kz")


def test_without_a_configured_server_nobody_is_vouched_for() -> None:
    assert not vouched(f"{OURS}; dmarc=pass header.from=example.kz", server="")
    assert not vouched("; dmarc=pass header.from=example.kz", server="")


@pytest.mark.parametrize(
    "sender",
    ["From: asel@example.kz, other@example.kz", "From: Asel", "From: undisclosed:;", "Subject: no From at all"],
)
def test_a_from_that_is_not_one_address_is_never_vouched_for(sender: str) -> None:
    assert not authenticated(
        read(sender, "From:", f"Authentication-Results: {OURS}; dmarc=pass header.from=example.kz")
        if sender.startswith("Subject")
        else read(sender, f"Authentication-Results: {OURS}; dmarc=pass header.from=example.kz"),
        OURS,
    )


@given(st.text(alphabet=' ()";=\\abcdmkprs.', max_size=200))
def test_garbage_proves_nothing_and_raises_nothing(garbage: str) -> None:
    assert not vouched(f"{OURS}; {garbage}")
