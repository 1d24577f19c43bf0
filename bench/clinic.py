"""What is in the clinic under load, as far as the scenarios ask for it: read over the API before the load begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.client import Client

BLOOD_PRESSURE = "http://loinc.org|85354-9"


@dataclass(frozen=True)
class Clinic:
    """Values to ask for; each list has at least one."""

    patients: list[str]
    observations: list[str]
    family_names: list[str]
    identifiers: list[str]
    """As `system|value`."""
    subject_and_code: list[tuple[str, str]]
    """A patient's id and the `system|code` of one of its observations."""
    observation: dict[str, Any]
    """One to create copies of, without id and meta."""
    patient: dict[str, Any]


def look_round(client: Client, *, patients: int = 500, observations: int = 2000) -> Clinic:
    """Raises IndexError when the clinic has no patients or observations."""
    people = list(client.search("Patient", limit=patients))
    findings = list(client.search("Observation", limit=observations))
    return Clinic(
        patients=[person["id"] for person in people],
        observations=[finding["id"] for finding in findings],
        family_names=sorted(
            {name["family"] for person in people for name in person.get("name", ()) if "family" in name}
        ),
        identifiers=[_token(one) for person in people for one in person.get("identifier", ()) if "value" in one],
        subject_and_code=[pair for finding in findings for pair in _subject_and_code(finding)],
        observation=_template(next(finding for finding in findings if "valueQuantity" in finding)),
        patient=_template(people[0]),
    )


def _token(identifier: dict[str, Any]) -> str:
    return f"{identifier.get('system', '')}|{identifier['value']}"


def _subject_and_code(observation: dict[str, Any]) -> list[tuple[str, str]]:
    reference = observation.get("subject", {}).get("reference", "")
    if not reference.startswith("Patient/"):
        return []
    codings = observation["code"].get("coding", ())[:1]
    return [(reference.removeprefix("Patient/"), f"{one.get('system', '')}|{one['code']}") for one in codings]


def _template(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in ("id", "meta", "text")}
