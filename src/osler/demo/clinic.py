"""The clinic itself: Lakeside Family Medicine, its two sites, its people, and the places it deals with.

These resources are the same for every seed, so that documents and tests can name them.
"""

from __future__ import annotations

from typing import NamedTuple

from osler.demo.codes.systems import HL7, NPI, NUCC, US_CORE, coding, concept, hl7, reference


class Site(NamedTuple):
    id: str
    name: str
    line: str
    city: str
    postal: str
    phone: str
    rooms: int


class Clinician(NamedTuple):
    id: str
    prefix: str
    given: tuple[str, ...]
    family: str
    suffix: str
    gender: str
    site: str
    role: str
    """`physician` or `nurse`."""

    @property
    def display(self) -> str:
        """As the chart shows a name: `Dr A. Okafor`, `J. Park, MA`."""
        initial = f"{self.given[0][0]}. {self.family}"
        return f"Dr {initial}" if self.role == "physician" else f"{initial}, {self.suffix}"


CLINIC = "lakeside"
CLINIC_NAME = "Lakeside Family Medicine"
MAIN, HARBOR = "lakeside-main", "lakeside-harbor"
HOSPITAL, LABORATORY, PHARMACY = "st-lukes", "lakeside-laboratory", "corner-pharmacy"

SITES: dict[str, Site] = {
    MAIN: Site(MAIN, f"{CLINIC_NAME}, Main Street", "120 Main Street", "Lakeside", "14701", "555-0100", 6),
    HARBOR: Site(HARBOR, f"{CLINIC_NAME}, Harbor", "8 Wharf Street", "Harborton", "14722", "555-0120", 4),
}

CLINICIANS: dict[str, Clinician] = {
    person.id: person
    for person in (
        Clinician("okafor", "Dr", ("Adaeze",), "Okafor", "MD", "female", MAIN, "physician"),
        Clinician("lindqvist", "Dr", ("Henrik",), "Lindqvist", "MD", "male", HARBOR, "physician"),
        Clinician("park", "", ("Jiho",), "Park", "MA", "male", MAIN, "nurse"),
        Clinician("whitaker", "", ("Rosa",), "Whitaker", "RN", "female", HARBOR, "nurse"),
        Clinician("ferraro", "Dr", ("Paolo",), "Ferraro", "MD", "male", HOSPITAL, "physician"),
    )
}

PAYERS: dict[str, str] = {
    "blue-shield": "Blue Shield",
    "great-lakes-mutual": "Great Lakes Mutual",
    "medicare": "Medicare",
    "medicaid": "Medicaid of New York",
}

_SPECIALTY = {
    "physician": ("207Q00000X", "Family Medicine Physician"),
    "nurse": ("163W00000X", "Registered Nurse"),
}


def npi(first_nine: str) -> str:
    """A National Provider Identifier with its check digit: Luhn over 80840 and the nine digits."""
    total = 24
    for place, digit in enumerate(reversed(first_nine)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return first_nine + str(-total % 10)


def clinic() -> list[dict]:
    """Every resource that belongs to no patient, in an order in which each refers only to earlier ones."""
    numbers = (npi(f"1999900{n:02d}") for n in range(100))
    people = list(CLINICIANS.values())
    return [
        *_organizations(numbers),
        *_locations(),
        *(_practitioner(person, next(numbers)) for person in people),
        *(_practitioner_role(person) for person in people),
    ]


def _profile(name: str) -> dict:
    return {"profile": [f"{US_CORE}us-core-{name}"]}


def _address(line: str, city: str, postal: str) -> dict:
    return {"use": "work", "line": [line], "city": city, "state": "NY", "postalCode": postal, "country": "US"}


def _phone(number: str) -> dict:
    return {"system": "phone", "value": number, "use": "work"}


def _organization(id: str, name: str, kind: tuple[str, str], number: str = "", **more: object) -> dict:
    identifier = {"identifier": [{"system": NPI, "value": number}]} if number else {}
    return {
        "resourceType": "Organization",
        "id": id,
        "meta": _profile("organization"),
        **identifier,
        "active": True,
        "type": [{"coding": [coding(HL7 + "organization-type", *kind)]}],
        "name": name,
        **more,
    }


def _organizations(numbers) -> list[dict]:
    provider, insurer = ("prov", "Healthcare Provider"), ("ins", "Insurance Company")
    main = SITES[MAIN]
    found = [
        _organization(
            CLINIC, CLINIC_NAME, provider, next(numbers),
            telecom=[_phone(main.phone)], address=[_address(main.line, main.city, main.postal)],
        )
    ]  # fmt: skip
    found += [
        _organization(
            site.id, site.name, provider, next(numbers), telecom=[_phone(site.phone)],
            address=[_address(site.line, site.city, site.postal)], partOf=reference(f"Organization/{CLINIC}", CLINIC_NAME),
        )
        for site in SITES.values()
    ]  # fmt: skip
    for id, name, line, phone in (
        (HOSPITAL, "St. Luke’s Hospital", "400 Hospital Road", "555-0140"),
        (LABORATORY, "Lakeside Reference Laboratory", "12 Foundry Road", "555-0150"),
        (PHARMACY, "Corner Pharmacy", "131 Main Street", "555-0160"),
    ):
        found.append(
            _organization(
                id,
                name,
                provider,
                next(numbers),
                telecom=[_phone(phone)],
                address=[_address(line, "Lakeside", "14701")],
            )
        )
    for n, (id, name) in enumerate(PAYERS.items()):
        found.append(
            _organization(
                id, name, insurer, telecom=[_phone(f"555-017{n}")], address=[_address("PO Box 100", "Albany", "12201")]
            )
        )
    return found


def _locations() -> list[dict]:
    found = []
    for site in SITES.values():
        owner = reference(f"Organization/{site.id}", site.name)
        found.append(
            {
                "resourceType": "Location",
                "id": site.id,
                "meta": _profile("location"),
                "status": "active",
                "name": site.name,
                "mode": "instance",
                "telecom": [_phone(site.phone)],
                "address": _address(site.line, site.city, site.postal),
                "physicalType": hl7("location-physical-type", "si", "Site"),
                "managingOrganization": owner,
            }
        )
        found += [
            {
                "resourceType": "Location",
                "id": f"{site.id}-room-{room}",
                "meta": _profile("location"),
                "status": "active",
                "name": f"Room {room}",
                "mode": "instance",
                "physicalType": hl7("location-physical-type", "ro", "Room"),
                "managingOrganization": owner,
                "partOf": reference(f"Location/{site.id}", site.name),
            }
            for room in range(1, site.rooms + 1)
        ]
    return found


def _practitioner(person: Clinician, number: str) -> dict:
    name = {"use": "official", "family": person.family, "given": list(person.given), "suffix": [person.suffix]}
    if person.prefix:
        name["prefix"] = [person.prefix]
    return {
        "resourceType": "Practitioner",
        "id": person.id,
        "meta": _profile("practitioner"),
        "identifier": [{"system": NPI, "value": number}],
        "active": True,
        "name": [name],
        "telecom": [{"system": "email", "value": f"{person.id}@lakeside.example.org", "use": "work"}],
        "gender": person.gender,
    }


def _practitioner_role(person: Clinician) -> dict:
    here = person.site in SITES
    place = {"location": [reference(f"Location/{person.site}")]} if here else {}
    kind = {"text": "Medical assistant"} if person.suffix == "MA" else concept(NUCC, *_SPECIALTY[person.role])
    return {
        "resourceType": "PractitionerRole",
        "id": f"{person.id}-role",
        "meta": _profile("practitionerrole"),
        "active": True,
        "practitioner": reference(f"Practitioner/{person.id}", person.display),
        "organization": reference(f"Organization/{person.site}"),
        "code": [kind],
        "specialty": [concept(NUCC, *_SPECIALTY["physician"])],
        **place,
        "telecom": [_phone(SITES[person.site].phone if here else "555-0140")],
    }
