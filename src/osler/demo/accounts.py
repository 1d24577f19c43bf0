"""The staff of the demo clinic who can sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.demo.clinic import CLINICIANS, HARBOR, MAIN

PASSWORD = "lakeside-demo-clinic"  # noqa: S105  shown on the sign-in page: the patients are made up
Role = Literal["physician", "nurse", "front_desk", "biller", "auditor", "administrator"]


@dataclass(frozen=True, slots=True)
class Account:
    """One sign-in. `practitioner` is a Practitioner id, None for people who give no care; `site` an Organization id."""

    login: str
    name: str
    role: Role
    practitioner: str | None
    site: str


def staff(seed: int = 1) -> list[Account]:
    """The accounts that `osler demo` creates. They are the same for every seed."""
    del seed
    carers: list[Account] = []
    for person in CLINICIANS.values():
        if person.site in (MAIN, HARBOR):
            name = " ".join((*filter(None, (person.prefix,)), *person.given, person.family))
            role: Role = "physician" if person.role == "physician" else "nurse"
            carers.append(
                Account(person.id, name if person.prefix else f"{name}, {person.suffix}", role, person.id, person.site)
            )
    return [
        *carers,
        Account("brandt", "Tomasz Brandt", "front_desk", None, MAIN),
        Account("raman", "Priya Raman", "biller", None, MAIN),
        Account("oyelaran", "Lucille Oyelaran", "auditor", None, MAIN),
        Account("keller", "Sam Keller", "administrator", None, MAIN),
    ]
