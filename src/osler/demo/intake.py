"""The first time a patient is seen: registration, allergies asked, and what is known from before."""

from __future__ import annotations

from datetime import date

from osler.demo.record import Record
from osler.demo.resources.patient import form_care_team, insure, register
from osler.demo.resources.problems import add_allergy, deny_allergies

_DRUGS = (
    ("penicillin", "rash", "low", "mild"), ("penicillin", "hives", "low", "moderate"), ("penicillin", "anaphylaxis", "high", "severe"),
    ("sulfamethoxazole", "rash", "low", "moderate"), ("codeine", "nausea", "low", "mild"), ("aspirin", "wheezing", "high", "moderate"),
    ("ibuprofen", "hives", "low", "moderate"), ("cephalexin", "rash", "low", "mild"), ("lisinopril", "cough", "low", "mild"),
    ("lisinopril", "angioedema", "high", "severe"),
)  # fmt: skip
_DRUGS_OF_CHILDREN = tuple(
    row for row in _DRUGS if row[0] in ("penicillin", "sulfamethoxazole", "cephalexin", "ibuprofen")
)
_OTHERS = (
    ("peanut", "anaphylaxis", "high", "severe", "food"), ("egg", "hives", "low", "mild", "food"),
    ("shellfish", "hives", "low", "moderate", "food"), ("bee-venom", "anaphylaxis", "high", "severe", "environment"),
    ("latex", "itching", "low", "mild", "environment"), ("grass-pollen", "runny nose", "low", "mild", "environment"),
)  # fmt: skip
_INTOLERANCES = frozenset((("codeine", "nausea"), ("lisinopril", "cough")))


def enroll(record: Record, since: date) -> None:
    """The patient with coverage and care team, seen here since a day."""
    register(record)
    insure(record)
    form_care_team(record, since.isoformat())


def ask_allergies(
    record: Record, on: str, *, avoid: frozenset[str] = frozenset(), none: bool = False
) -> frozenset[str]:
    """Ask about allergies: six in ten have none, one in twenty was never asked. Returns the substances.

    `avoid` names substances that the story gives as drugs; `none` fixes the answer.
    """
    rng = record.rng
    chance = 0.5 if none else rng.random()
    grown = record.person.age(record.today) >= 18
    if chance < 0.05:
        return frozenset()
    if chance < 0.66:
        deny_allergies(record, recorded=on)
        return frozenset()
    found: set[str] = set()
    for _ in range(1 if chance < 0.9 else 2):
        if rng.random() < 0.72:
            substance, reaction, criticality, severity = rng.choice(_DRUGS if grown else _DRUGS_OF_CHILDREN)
            category = "medication"
        else:
            substance, reaction, criticality, severity, category = rng.choice(_OTHERS)
        if substance in found or substance in avoid:
            continue
        found.add(substance)
        kind = "intolerance" if (substance, reaction) in _INTOLERANCES else "allergy"
        add_allergy(
            record,
            substance,
            reaction,
            criticality=criticality,
            severity=severity,
            recorded=on,
            category=category,
            kind=kind,
        )
    if not found:
        deny_allergies(record, recorded=on)
    return frozenset(found)
