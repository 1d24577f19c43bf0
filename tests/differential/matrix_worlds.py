"""Small worlds for the rest of the search matrix: units, words, hierarchies, places, lists, narratives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random
from typing import Any

from tests.differential import values as v

Resource = dict[str, Any]

UNITS = [
    "mg/dL",
    "g/L",
    "ug/mL",
    "mg/L",
    "kg/m3",
    "Cel",
    "[degF]",
    "K",
    "mm[Hg]",
    "kPa",
    "[pH]",
    "{score}",
    "%",
    "10*3/uL",
    "10*9/L",
    "bogus",
]
NUMBERS = ["0", "1", "1.0", "1.01", "37", "98.6", "100", "101", "310.15", "0.1", "1e2", "-40", "7.35", "120"]
TEXTS = ["Migraine headache", "Headache", "MIGRAINE", "Fièvre", "fever of unknown origin", "a,b", "O'Brien test", "x"]
CODES = ["10", "11", "12", "20", "21"]
URLS = [
    "http://acme.org/fhir/ValueSet/1",
    "http://acme.org/fhir/ValueSet/12",
    "http://acme.org/fhir",
    "http://acme.org",
    "https://acme.org/fhir/a#b",
    "urn:oid:1.2.3",
]
CANONICALS = [
    "http://acme.org/Q|1.2.3",
    "http://acme.org/Q|1.2",
    "http://acme.org/Q|1.20",
    "http://acme.org/Q",
    "http://acme.org/Q/x|2",
]
TREE = {"10": ["11", "12"], "20": ["21"]}
WORDS = ["bone", "scan", "liver", "metastases", "of", "the", "left", "évidence", "fracture", "obrien", "consult"]


class Terms:
    """One tree of codes in one system, and two value sets."""

    def members(self, value_set: str) -> Iterable[tuple[str, str]] | None:
        return {
            "http://x/tens": [(v.SNOMED, code) for code in ("10", "11", "12")],
            "http://x/male": [("http://hl7.org/fhir/administrative-gender", "male")],
        }.get(value_set)

    def below(self, system: str, code: str) -> Iterable[str] | None:
        return [code, *TREE.get(code, ())]

    def above(self, system: str, code: str) -> Iterable[str] | None:
        return [code, *(upper for upper, lower in TREE.items() if code in lower)]


SAME = [
    [("101", "mg/dL"), ("1.01", "g/L"), ("1010", "ug/mL"), ("1.01", "kg/m3")],
    [("37", "Cel"), ("98.6", "[degF]"), ("310.15", "K")],
]
"""One amount each, in several units."""


def amount(random: Random) -> tuple[str, str]:
    """Number and unit: often one of those that others say in another unit."""
    if random.random() < 0.7:
        return random.choice(random.choice(SAME))
    return random.choice(NUMBERS), random.choice(UNITS)


def quantity(random: Random) -> Resource:
    number, code = amount(random)
    held: Resource = {"value": Decimal(number), "unit": code, "system": v.UCUM, "code": code}
    if random.random() < 0.15:
        held["comparator"] = random.choice(["<", ">"])
    return held if random.random() < 0.9 else {**held, "system": "urn:x"}


def concept(random: Random) -> Resource:
    coding = {"system": random.choice([v.SNOMED, v.SNOMED, v.LOINC]), "code": random.choice(CODES)}
    if random.random() < 0.7:
        coding["display"] = random.choice(TEXTS)
    return {"coding": [coding], **({"text": random.choice(TEXTS)} if random.random() < 0.5 else {})}


def narrative(random: Random) -> Resource:
    words = random.sample(WORDS, 4)
    return {
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{" ".join(words[:2])}</p><b>{"&#160;".join(words[2:])}</b></div>',
        }
    }


def patient(random: Random) -> Resource:
    held: Resource = {
        "gender": random.choice(["male", "female"]),
        "birthDate": random.choice(v.DATES[:8]),
        "active": True,
    }
    held["name"] = [{"family": random.choice(v.TEXTS), "given": [random.choice(v.TEXTS)]}]
    held["identifier"] = [{"value": random.choice(CODES), "type": {"text": random.choice(TEXTS)}}]
    if random.random() < 0.7:
        held["managingOrganization"] = {"reference": f"Organization/p{random.randrange(4)}"}
    return held | (narrative(random) if random.random() < 0.7 else {})


def observation(random: Random) -> Resource:
    held: Resource = {
        "status": "final",
        "code": concept(random),
        "subject": {"reference": f"Patient/p{random.randrange(3)}"},
    }
    if random.random() < 0.4:
        held["component"] = [{"code": concept(random), "valueQuantity": quantity(random)}]
    if random.random() < 0.5:
        held["effectiveDateTime"] = random.choice(v.DATES[:8])
    if random.random() < 0.3:
        held["hasMember"] = [{"reference": f"Observation/p{random.randrange(9)}"}]
    return {**held, "valueQuantity": quantity(random)}


def part(kind: str, size: int) -> Callable[[Random], Resource]:
    def grow(random: Random) -> Resource:
        return {"partOf": {"reference": f"{kind}/p{random.randrange(size)}"}} if random.random() < 0.75 else {}

    return grow


def location(random: Random) -> Resource:
    near = [
        Decimal(random.choice(["42.36", "42.4", "-17", "0", "89.9"])),
        Decimal(random.choice(["-71.06", "-71.2", "179.9", "-179.9"])),
    ]
    place = {"position": {"latitude": near[0], "longitude": near[1]}} if random.random() < 0.8 else {}
    return {"status": "active", **place, **part("Location", 6)(random)}


def encounter(random: Random) -> Resource:
    held: Resource = {"status": "finished", "class": {"code": "AMB", "display": random.choice(TEXTS)}}
    held["subject"] = {"reference": f"Patient/p{random.randrange(3)}"}
    held["location"] = [
        {"location": {"reference": f"Location/p{random.randrange(6)}"}} for _ in range(random.randint(1, 2))
    ]
    return held | part("Encounter", 4)(random)


def listed(random: Random) -> Resource:
    items = [f"{kind}/p{random.randrange(3)}" for kind in random.sample(["Patient", "Observation", "Encounter"], 2)]
    return {"status": "current", "mode": "working", "entry": [{"item": {"reference": item}} for item in items]}


def value_set(random: Random) -> Resource:
    return {"status": "active", "url": random.choice(URLS), "meta": {"profile": [random.choice(CANONICALS)]}}


def response(random: Random) -> Resource:
    return {
        "status": "completed",
        "questionnaire": random.choice(CANONICALS),
        "subject": {"reference": f"Patient/p{random.randrange(3)}"},
    }


KINDS: dict[str, tuple[Callable[[Random], Resource], int]] = {
    "Organization": (part("Organization", 4), 4),
    "Patient": (patient, 3),
    "Location": (location, 6),
    "Encounter": (encounter, 4),
    "Observation": (observation, 9),
    "List": (listed, 2),
    "ValueSet": (value_set, 4),
    "QuestionnaireResponse": (response, 4),
}


def grow(random: Random) -> list[Resource]:
    return [
        {"resourceType": kind, "id": f"p{n}", **recipe(random)}
        for kind, (recipe, size) in KINDS.items()
        for n in range(size)
    ]
