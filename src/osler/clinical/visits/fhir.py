"""Visits ↔ Encounter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from osler.access.records import Resource
from osler.fhir.readers import display_of, first_code, target_of, text_of

Json = dict[str, Any]
_CLASSES = {"AMB": "Visit", "EMER": "Emergency visit", "IMP": "Hospital stay", "VR": "Virtual visit", "HH": "Home visit",
            "OBSENC": "Observation stay", "ACUTE": "Hospital stay", "SS": "Short stay"}  # fmt: skip
_NEVER_HAPPENED = ("cancelled", "entered-in-error", "planned")


@dataclass(frozen=True, slots=True)
class Visit:
    """One encounter. `kind` is its type as charted, else its class in words."""

    id: str
    kind: str
    setting: str
    """Class code: AMB, EMER, IMP, VR …"""
    status: str
    start: str = ""
    end: str = ""
    reason: str = ""
    clinician: str = ""
    place: str = ""
    provider: str = ""

    @property
    def happened(self) -> bool:
        return self.status not in _NEVER_HAPPENED

    @property
    def open(self) -> bool:
        return self.status in ("arrived", "triaged", "in-progress", "onleave")


def visit_of(stored: Resource) -> Visit:
    encounter = stored.json()
    setting = (encounter.get("class") or {}).get("code", "")
    period = encounter.get("period") or {}
    return Visit(
        id=stored.id,
        kind=text_of(next(iter(encounter.get("type") or ()), None)) or _CLASSES.get(setting, "Visit"),
        setting=setting,
        status=encounter.get("status", ""),
        start=period.get("start", ""),
        end=period.get("end", ""),
        reason=text_of(next(iter(encounter.get("reasonCode") or ()), None)),
        clinician=_clinician(encounter),
        place=display_of((next(iter(encounter.get("location") or ()), None) or {}).get("location")),
        provider=display_of(encounter.get("serviceProvider")),
    )


def _clinician(encounter: Json) -> str:
    """The primary performer, else the first participant who is named."""
    members: list[Json] = encounter.get("participant") or []
    primary = [each for each in members if "PPRF" in map(first_code, each.get("type") or ())]
    for each in (*primary, *members):
        who = each.get("individual")
        if display_of(who) or target_of(who):
            return display_of(who)
    return ""
