"""Passwords and PINs with Argon2id, off the event loop.

Measured on two cores of the reference machine: 92 ms a check with the parameters below (RFC 9106's second choice with
two lanes). At most two run at once: a flood of sign-ins must not take 64 MiB each.
"""

from __future__ import annotations

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from osler.core.errors import Invalid

SHORTEST = 10
LONGEST = 256


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)


_passwords = _hasher()
_turns = asyncio.Semaphore(2)
# What an unknown login's password is checked against, so that it takes as long as a known one's.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=2$lHSejaR588poRyCb5CRhyA$4PJVQjcFyMlPNy0P/6AyxPABYbtxGWuK55vbGOCxTrU"


async def hash_password(password: str) -> str:
    """The text to store. The password must have passed `check_strength` where a person chose it."""
    async with _turns:
        return await asyncio.to_thread(_passwords.hash, _normal(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. None stands for an unknown user: as slow, and never true."""
    async with _turns:
        same = await asyncio.to_thread(_verify, stored or _NOBODY, _normal(password))
    return same and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _passwords.check_needs_rehash(stored)


def check_strength(password: str, *, login: str) -> None:
    """Raises Invalid for a password that is too short, too long or holds the login (as NIST SP 800-63B has it)."""
    if len(password) < SHORTEST:
        raise Invalid(f"A password has at least {SHORTEST} characters.", path="password")
    if len(password) > LONGEST:
        raise Invalid(f"A password has at most {LONGEST} characters.", path="password")
    if login.casefold() in password.casefold() or len(set(password)) < 4:
        raise Invalid("This password is too easy to guess.", path="password")


def check_pin(pin: str) -> None:
    """Raises Invalid unless it is 4 to 8 digits that are not all the same."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8) or len(set(pin)) == 1:
        raise Invalid("A PIN has 4 to 8 digits, not all the same.", path="pin")


def _verify(stored: str, password: str) -> bool:
    try:
        return _passwords.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same password typed on another keyboard; what is too long cannot be right and is not worth hashing."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])
