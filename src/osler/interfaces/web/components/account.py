"""One's own account."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.forms import FormView


@dataclass(frozen=True, slots=True)
class AccountView:
    """`change` begins with a device, the first or another; `remove` turns the codes off, None while they are."""

    name: str
    login: str
    codes_on: bool
    change: FormView
    remove: FormView | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A device being set up: its address as a picture to photograph, `secret` as text in groups of four, and where a first
    code is typed."""

    address: str
    secret: str
    form: FormView


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Shown once. `done`: where to go when they are kept."""

    codes: tuple[str, ...]
    done: str
