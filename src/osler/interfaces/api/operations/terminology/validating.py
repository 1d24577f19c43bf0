"""What `CodeSystem/$validate-code` and `ValueSet/$validate-code` have in common: one code, a Coding or a CodeableConcept."""

from __future__ import annotations

from typing import Any

from osler.core.errors import Invalid
from osler.interfaces.api.operations.terminology.given import Given
from osler.terminology.valuesets import Asked

WAYS = ("code", "coding", "codeableConcept")


def asked_codes(asked: Given, system: str, version: str) -> list[Asked]:
    """What is to be validated. Raises Invalid unless exactly one way of giving it was used."""
    if sum(bool(asked.all(way)) for way in WAYS) != 1:
        raise Invalid(f"Give one of: {', '.join(WAYS)}.", path="code")
    if asked.all("code"):
        return [Asked(asked.text("code"), system, version, asked.text("display"))]
    coding = asked.coding("coding")
    codings = [coding] if coding else asked.concept("codeableConcept")
    found = [_asked(each) for each in codings if isinstance(each, dict) and each.get("code")]
    if not found:
        raise Invalid("There is no code to validate.", path="coding")
    return found


def _asked(coding: dict[str, Any]) -> Asked:
    return Asked(coding["code"], coding.get("system", ""), coding.get("version", ""), coding.get("display", ""))
