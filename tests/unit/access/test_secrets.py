"""Passwords, PINs, second factors, bearer tokens, cookies: what is accepted, and that it is accepted once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import extract_parameters
from pyotp.totp import TOTP

from osler.access import passwords, second_factor
from osler.access.sessions import cookie_attributes, cookie_hash, csrf_matches, csrf_token, new_cookie
from osler.access.tokens import PREFIX, _check_of, new_bearer
from osler.core.errors import Invalid

NOW = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def real_cost(monkeypatch: pytest.MonkeyPatch):
    """Other tests of the same process may have made passwords cheap for theirs."""
    monkeypatch.setattr(passwords, "_passwords", passwords._hasher())


async def test_a_password_matches_itself_in_any_unicode_form_and_nothing_else():
    stored = await passwords.hash_password("Grüße an alle")
    assert await passwords.matches(stored, "Gru\u0308ße an alle")
    assert not await passwords.matches(stored, "Gruße an alle")
    assert not await passwords.matches("not a hash", "Grüße an alle")
    assert not passwords.is_outdated(stored)


async def test_an_unknown_user_costs_the_same_work_and_never_matches():
    stored = await passwords.hash_password("correct horse battery")
    assert not await passwords.matches(None, "correct horse battery")
    # The same parameters are the same work; a clock would say so only on a machine with nothing else to do.
    assert extract_parameters(passwords._NOBODY) == extract_parameters(stored)


@pytest.mark.parametrize("password", ["short", "x" * 257, "ababababababab", "my-login-is-nora"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(Invalid):
        passwords.check_strength(password, login="nora")


def test_a_long_sentence_is_a_good_password():
    passwords.check_strength("the nurse counts to twelve", login="nora")


@pytest.mark.parametrize("pin", ["123", "123456789", "1111", "12a4", "", "١٢٣٤"])
def test_a_pin_has_four_to_eight_different_digits(pin):
    passwords.check_pin("4711")
    with pytest.raises(Invalid):
        passwords.check_pin(pin)


def test_codes_of_the_step_before_and_after_are_accepted_and_no_others():
    secret = second_factor.new_secret()
    current = int(NOW.timestamp()) // 30
    for distance in (-1, 0, 1):
        code = TOTP(secret).at(NOW + timedelta(seconds=30 * distance))
        assert second_factor.step_of(secret, code, NOW) == current + distance
    for distance in (-2, 2):
        assert second_factor.step_of(secret, TOTP(secret).at(NOW + timedelta(seconds=30 * distance)), NOW) is None


def test_enrolment_names_the_login_and_osler():
    address = second_factor.enrolment_address("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "nora")
    assert address.startswith("otpauth://totp/Osler:nora?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def test_recovery_codes_are_distinct_and_forgive_how_they_are_typed():
    codes = second_factor.new_recovery_codes()
    assert len(set(codes)) == 10
    assert second_factor.recovery_hash("a", codes[0]) == second_factor.recovery_hash("a", f" {codes[0].upper()} ")
    assert second_factor.recovery_hash("a", codes[0]) != second_factor.recovery_hash("b", codes[0])


def test_bearer_tokens_are_random_and_carry_a_check():
    one, other = new_bearer(), new_bearer()
    assert one != other
    assert one.startswith(PREFIX)
    assert len(one) == 53
    assert _check_of(one[:-6]) == one[-6:]


def test_the_csrf_token_belongs_to_one_cookie_and_does_not_tell_it():
    cookie, other = new_cookie(), new_cookie()
    token = csrf_token(cookie)
    assert csrf_matches(cookie, token)
    assert not csrf_matches(other, token)
    assert not csrf_matches(cookie, "")
    assert not csrf_matches(cookie, "ü\ud800")
    assert cookie not in token
    assert cookie_hash(cookie).hex() not in token


def test_the_cookie_is_for_the_server_alone():
    assert cookie_attributes(https=True) == {"httponly": True, "secure": True, "samesite": "lax", "path": "/"}
    assert cookie_attributes(https=False)["secure"] is False
