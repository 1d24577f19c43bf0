"""Media types, addresses, time zones and subdivisions of countries."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from osler.terminology.valuesets.concepts import Concept
from osler.terminology.valuesets.rules.grammar import GrammarSystem
from osler.terminology.valuesets.rules.lists import read_list
from osler.terminology.valuesets.system import About
from osler.terminology.valuesets.table import TableSystem

_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&\-^_.+]{0,126}"
_VALUE = r"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|\"[^\"\\\r\n]*\")"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(?:[ \t]*;[ \t]*{_NAME}={_VALUE}){{0,10}}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}:[^\s<>\"{}|\\^`]+")
_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_USUAL_TYPES = (
    "application/pdf", "text/plain", "text/html", "image/jpeg", "image/png", "application/dicom", "application/xml",
    "application/json", "application/fhir+json", "application/fhir+xml", "text/xml", "image/tiff", "video/mp4", "audio/mpeg",
)  # fmt: skip
LONGEST = 2048


def media_type_system() -> GrammarSystem:
    """RFC 6838 names, with parameters."""
    about = About("urn:ietf:bcp:13", title="Media types", source="IETF", grammar=True, case_sensitive=False)
    return GrammarSystem(about, _reader(_MEDIA_TYPE), {each: each for each in _USUAL_TYPES})


def address_system() -> GrammarSystem:
    """Any URI with a scheme (RFC 3986)."""
    return GrammarSystem(About("urn:ietf:rfc:3986", title="URIs", source="IETF", grammar=True), _reader(_ADDRESS), {})


def subdivision_system() -> GrammarSystem:
    """ISO 3166-2: the country is checked; of the subdivisions those of the United States are known by name."""
    countries, states = read_list("countries.tsv"), read_list("states.tsv")
    usual = {f"US-{code}": name for code, (name,) in states.items() if code not in ("AA", "AE", "AP")}

    def read(code: str) -> Concept | None:
        match = _SUBDIVISION.fullmatch(code)
        if match is None or match[1] not in countries or (match[1] == "US" and code not in usual):
            return None
        return Concept(code, usual.get(code, code))

    about = About("urn:iso:std:iso:3166:-2", title="ISO 3166-2 subdivisions", source="ISO", grammar=True)
    return GrammarSystem(about, read, usual)


def time_zone_system() -> TableSystem:
    """The names of the IANA time zone database as this Python has it."""
    concepts = [{"code": name, "display": name.replace("_", " ")} for name in sorted(available_timezones())]
    url = "https://www.iana.org/time-zones"
    return TableSystem({"url": url, "title": "IANA time zones", "publisher": "IANA", "concept": concepts})


def _reader(pattern: re.Pattern[str]):
    def read(code: str) -> Concept | None:
        return Concept(code, code) if len(code) <= LONGEST and pattern.fullmatch(code) else None

    return read
