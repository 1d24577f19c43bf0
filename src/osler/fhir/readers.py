"""Typed readers of FHIR JSON: what a person would read in a CodeableConcept, a Reference, a Period, a choice of dates.

They never fail: what is absent or of another shape reads as empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from osler.fhir.search.spans import date_span

Json = dict[str, Any]


def text_of(concept: Json | None) -> str:
    """The words of a CodeableConcept: its text, else a display, else a code."""
    if not concept:
        return ""
    if text := concept.get("text"):
        return text
    codings = concept.get("coding") or ()
    return next(
        (c["display"] for c in codings if c.get("display")), next((c["code"] for c in codings if c.get("code")), "")
    )


def codes_of(concept: Json | None) -> Iterator[str]:
    """Every `system|code` of a CodeableConcept."""
    for coding in (concept or {}).get("coding") or ():
        if code := coding.get("code"):
            yield f"{coding.get('system', '')}|{code}"


def code_in(concept: Json | None, system: str) -> str:
    """The code that a CodeableConcept has in one system; empty when it has none there."""
    for coding in (concept or {}).get("coding") or ():
        if coding.get("system") == system:
            return coding.get("code", "")
    return ""


def first_code(concept: Json | None) -> str:
    """The first bare code, whatever its system: for elements bound to one system of a few codes."""
    return next((c["code"] for c in (concept or {}).get("coding") or () if c.get("code")), "")


def target_of(reference: Json | None) -> str:
    """`Type/id` of a Reference, without a version; empty when it has no literal reference."""
    return (reference or {}).get("reference", "").split("/_history/")[0]


def display_of(reference: Json | None) -> str:
    return (reference or {}).get("display", "")


def when(resource: Json, base: str) -> str:
    """The beginning of a choice of dateTime, instant, Period or Timing event, as it was written."""
    for name in (f"{base}DateTime", f"{base}Instant", base):
        if isinstance(found := resource.get(name), str):
            return found
    return (resource.get(f"{base}Period") or {}).get("start", "")


def instant(text: str, zone: tzinfo) -> datetime | None:
    """The first moment of a date, dateTime or instant, in `zone`; None when it is absent or no date."""
    span = date_span(text, zone) if text else None
    return span[0].astimezone(zone) if span else None


def notes_of(resource: Json) -> str:
    """The texts of all annotations."""
    return " ".join(note["text"] for note in resource.get("note") or () if note.get("text"))


def concept(system: str, code: str, text: str) -> Json:
    """A CodeableConcept of one code and its words; of words alone when there is no code."""
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text} if code else {"text": text}
