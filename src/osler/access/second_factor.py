"""The second factor: time-based codes (RFC 6238) that each work once, and recovery codes for when the phone is gone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from pyotp import random_base32
from pyotp.totp import TOTP

from osler.store import accounts as sql
from osler.store.accounts import AccountRow
from osler.store.pool import Connection

STEP_SECONDS = 30
ISSUER = "Osler"
_RECOVERY_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_secret() -> str:
    return random_base32()


def enrolment_address(secret: str, login: str) -> str:
    """The otpauth:// address to show as a QR code."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, among the one before now, now's and the one after; else None."""
    totp, current = TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def new_recovery_codes(count: int = 10) -> list[str]:
    """Codes of 49 random bits, written `k7m2x-9wq4t`; shown once."""
    return [
        "-".join("".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(count)
    ]


def recovery_hash(account: str, code: str) -> bytes:
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"{account}\0{plain}".encode()).digest()


async def accept(conn: Connection, account: AccountRow, code: str, now: datetime) -> bool:
    """Take a code of the account's device, or one of its recovery codes; each is accepted once."""
    if account.totp_secret is None:
        return False
    code = code.strip().replace(" ", "")
    if code.isascii() and code.isdigit():
        step = step_of(account.totp_secret, code, now)
        return step is not None and await sql.use_totp_step(conn, account.id, step)
    return await sql.use_recovery_code(conn, account.id, recovery_hash(account.id, code), now)
