"""The operations that Osler promises a rate for. A scenario is a name, its requests and its goals."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bench.clinic import Clinic
from bench.loadgen import NextRequest, request

Headers = list[tuple[str, str]]
BUNDLE_SIZE = 100


@dataclass(frozen=True)
class Scenario:
    """`requests(clinic, headers, chance)` gives the function that makes the next request."""

    name: str
    requests: Callable[[Clinic, Headers, random.Random], NextRequest]
    reach: float
    stretch: float
    per_request: int = 1
    """Resources in one request; rates count these."""
    writes: bool = False
    look_up: bool = False
    """Whether it has to stay as fast when the clinic grows."""


def create_observation(clinic: Clinic, headers: Headers, chance: random.Random) -> NextRequest:
    def next_request() -> bytes:
        subject = {"reference": f"Patient/{chance.choice(clinic.patients)}"}
        return _post("/fhir/Observation", headers, clinic.observation | {"subject": subject})

    return next_request


def create_patient(clinic: Clinic, headers: Headers, chance: random.Random) -> NextRequest:
    numbers = itertools.count(chance.randrange(10**9))

    def next_request() -> bytes:
        identifier = [{"system": "urn:osler:bench", "value": f"B{next(numbers)}"}]
        return _post("/fhir/Patient", headers, clinic.patient | {"identifier": identifier})

    return next_request


def transaction(clinic: Clinic, headers: Headers, chance: random.Random) -> NextRequest:
    """A new patient and its observations, pointing at it by urn:uuid."""
    headers = [*headers, ("prefer", "return=minimal")]

    def next_request() -> bytes:
        patient = f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}"
        observation = clinic.observation | {"subject": {"reference": patient}}
        entries = [_entry("Patient", clinic.patient | {"identifier": []}, patient)]
        entries[0]["resource"].pop("identifier")
        entries += [_entry("Observation", observation) for _ in range(BUNDLE_SIZE - 1)]
        return _post("/fhir", headers, {"resourceType": "Bundle", "type": "transaction", "entry": entries})

    return next_request


def _entry(type: str, resource: dict[str, Any], full_url: str = "") -> dict[str, Any]:
    entry: dict[str, Any] = {"fullUrl": full_url} if full_url else {}
    return entry | {"resource": resource, "request": {"method": "POST", "url": type}}


def _post(target: str, headers: Headers, body: dict[str, Any]) -> bytes:
    return request("POST", target, [*headers, ("content-type", "application/fhir+json")], json.dumps(body).encode())


def getting(make: Callable[[Clinic], list[str]]) -> Callable[[Clinic, Headers, random.Random], NextRequest]:
    """Requests that draw one of the targets each time."""

    def requests(clinic: Clinic, headers: Headers, chance: random.Random) -> NextRequest:
        prepared = [request("GET", f"/fhir/{target}", headers) for target in make(clinic)]
        return lambda: chance.choice(prepared)

    return requests


def by_patient_and_code(clinic: Clinic) -> list[str]:
    return [f"Observation?patient={patient}&code={quote(code)}" for patient, code in clinic.subject_and_code]


def latest_vitals(clinic: Clinic) -> list[str]:
    rest = "category=vital-signs&_sort=-date&_count=50"
    return [f"Observation?patient={patient}&{rest}" for patient in clinic.patients]


def by_chained_name(clinic: Clinic) -> list[str]:
    codes = sorted({code for _, code in clinic.subject_and_code})
    names = clinic.family_names
    return [
        f"Observation?subject:Patient.name={quote(names[n % len(names)])}&code={quote(codes[n % len(codes)])}"
        for n in range(1000)
    ]


SCENARIOS = [
    Scenario("create Observation", create_observation, 600, 1_000, writes=True),
    Scenario(
        "read by id", getting(lambda c: [f"Observation/{one}" for one in c.observations]), 1_500, 2_500, look_up=True
    ),
    Scenario("Observation?patient&code", getting(by_patient_and_code), 1_000, 2_000, look_up=True),
    Scenario("Observation?patient&category&_sort=-date&_count=50", getting(latest_vitals), 400, 800, look_up=True),
    Scenario("Patient?name=", getting(lambda c: [f"Patient?name={quote(n)}" for n in c.family_names]), 1_000, 2_000),
    Scenario(
        "Patient?identifier=",
        getting(lambda c: [f"Patient?identifier={quote(one)}" for one in c.identifiers]),
        *(1_000, 2_000),
        look_up=True,
    ),
    Scenario("create Patient", create_patient, 450, 800, writes=True),
    Scenario("Observation?subject:Patient.name=&code=", getting(by_chained_name), 500, 1_000),
    Scenario(
        "Patient?_id=&_revinclude=Observation:patient&_count=20",
        getting(lambda c: [f"Patient?_id={one}&_revinclude=Observation:patient&_count=20" for one in c.patients]),
        *(200, 400),
    ),
    Scenario("transaction bundles, resources", transaction, 2_000, 4_000, per_request=BUNDLE_SIZE, writes=True),
]
