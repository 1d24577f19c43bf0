"""Pools of awkward values, small so that two resources often share one."""

from __future__ import annotations

from decimal import Decimal

from tests.differential.grow import any_of, made

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
SYSTEMS = [LOINC, SNOMED, "urn:oid:1.2.3", "http://example.org/odd,system|with$marks\\"]
CODES = ["8480-6", "8462-4", "active", "Active", "a,b", "a|b", "a$b", "back\\slash", "é", "true", "http://x", "8480"]
TEXTS = [
    "Zoë",
    "zoe",
    "ZOE",
    "Zoe\u0308",
    "O'Brien",
    "O Brien",
    "obrien",
    "de la Cruz",
    "Cruz",
    "Müller-Lüdenscheidt",
    "Muller",
    "Strauße",
    "STRAUSSE",
    "Smith, Jr.",
    "a|b",
    "a$b",
    "back\\slash",
    "100%",
    "under_score",
    "  padded   twice ",
    "Łódź",
    "İstanbul",
    "李小龍",
    "Ａｌｉｃｅ",
    "smith",
    "Smithson",
    "é",
    "\ufb01ne",
]
DATES = [
    "1980",
    "1980-02",
    "1980-02-29",
    "1980-03-01",
    "2019-03-31",
    "2019",
    "2019-12-31",
    "2020-01-01",
    "0001",
    "9999",
]
TIMES = [
    "1980-02-29T00:00:00Z",
    "1980-02-29T23:59:59.999Z",
    "2019-03-31T02:30:00+01:00",
    "2019-03-31T01:30:00Z",
    "2019-11-03T01:30:00-04:00",
    "2019-11-03T01:30:00-05:00",
    "2019-12-31T23:30:00-05:00",
    "2020-01-01T04:30:00Z",
    "2020-01-01T04:30:00.000Z",
    "2020-01-01T04:30:00.123456+00:00",
    "2020-01-01T04:30:00.5+14:00",
    "2021-06-15T12:00:00Z",
    "2021-06-15T12:00:01Z",
]
NUMBERS = [
    "0",
    "0.0",
    "-0.5",
    "1",
    "1.0",
    "5.35",
    "5.4",
    "5.40",
    "5.44999",
    "5.45",
    "99.5",
    "100",
    "1e2",
    "100.5",
    "150",
    "-273.15",
    "0.000000001",
    "12345678901234567890.123456789",
    "-1e-7",
    "120",
    "121",
]
UNITS = [
    {"unit": "mm[Hg]", "system": UCUM, "code": "mm[Hg]"},
    {"unit": "mmHg", "system": UCUM, "code": "mm[Hg]"},
    {"unit": "mg", "system": UCUM, "code": "mg"},
    {"unit": "g", "system": UCUM, "code": "g"},
    {"unit": "mg"},
    {"unit": "tablets|big", "system": "urn:oid:1.2.3", "code": "TAB"},
    {},
]
PHONES = [
    "555-1234",
    "(555) 1234",
    "Ada@Example.ORG",
    "ada@example.org",
    "a,b|c$d@example.org",
    "STRASSE@x.de",
    "straße@x.de",
]
URLS = [
    "http://example.org/fhir/Questionnaire/a",
    "http://example.org/fhir/Questionnaire/A",
    "http://example.org/fhir/Questionnaire/a/b",
    "http://example.org/fhir/Questionnaire/a,b",
    "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
    "urn:oid:1.2.3.4.5",
]
PROFILES = [
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient",
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0",
    "http://example.org/profile",
]

code_values = any_of(CODES)
systems = any_of(SYSTEMS)
words = any_of(TEXTS)
dates = any_of(DATES)
moments = any_of([*DATES[:-1], "9998", *TIMES])  # 9999 has no end, and a period with neither start nor end is none
instants = any_of(TIMES)
decimals = made(Decimal, any_of(NUMBERS))
urls = any_of(URLS)
