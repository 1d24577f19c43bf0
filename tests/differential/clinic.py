"""Small clinics for the policies: sites, care teams, labels, and resources that changed hands or are gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Resource = dict[str, Any]
Key = tuple[str, str]

SITES = ["s0", "s1", "s2"]
DOCTORS = ["d0", "d1", "d2", "d3"]
PATIENTS = [f"p{n}" for n in range(8)]
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CATEGORIES = ["laboratory", "vital-signs", "social-history"]
LABELS = {
    "R": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "PSY": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "N": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
}
CODES = ["8867-4", "29463-7", "718-7"]
FAMILIES = ["Ito", "Itova", "Berg", "Cruz"]


@dataclass(slots=True)
class Clinic:
    """Versions in the order they came about; None says deleted."""

    now: datetime
    versions: dict[Key, list[Resource | None]] = field(default_factory=dict[Key, list[Resource | None]])

    def current(self) -> list[Resource]:
        return [last for versions in self.versions.values() if (last := versions[-1]) is not None]


def grow_clinic(seed: int) -> Clinic:
    """The same clinic for the same seed, but for the time it is set in."""
    random = Random(seed)
    clinic = Clinic(datetime.now(UTC))
    for site in SITES:
        _add(clinic, _site(random, site))
    for doctor in DOCTORS:
        _add(clinic, {"resourceType": "Practitioner", "id": doctor, "name": [{"family": f"Doctor {doctor}"}]})
    for patient in PATIENTS:
        _versions(clinic, random, lambda patient=patient: _patient(random, patient))
    for kind, make, count in (("Encounter", _encounter, 10), ("CareTeam", _team, 3)):
        for n in range(count):
            _versions(
                clinic, random, lambda kind=kind, n=n, make=make: make(random, f"{kind[0].lower()}{n}", clinic.now)
            )
    for n in range(24):
        _versions(clinic, random, lambda n=n: _perhaps_estranged(_observation(random, f"o{n}")))
    for n in range(8):
        _changed(clinic, random, _condition(random, f"c{n}"))
        _versions(clinic, random, lambda n=n: _perhaps_estranged(_document(random, f"f{n}")))
    for n in range(4):
        _versions(clinic, random, lambda n=n: _group(random, f"g{n}"))
    for kind, make, count in (
        ("Provenance", _note, 8),
        ("Task", _task, 6),
        ("Communication", _message, 4),
        ("Bundle", _bundle, 10),
        ("Binary", _file, 6),
    ):
        for n in range(count):
            _versions(
                clinic, random, lambda kind=kind, n=n, make=make: make(random, n, f"{kind[0].lower()}{kind[1]}{n}")
            )
    return clinic


def _add(clinic: Clinic, resource: Resource) -> None:
    clinic.versions[resource["resourceType"], resource["id"]] = [resource]


def _versions(clinic: Clinic, random: Random, make: Any) -> None:
    """One to three versions, each made anew, so that site, label and subject change; a few end deleted."""
    made: list[Resource | None] = [make() for _ in range(random.choice([1, 1, 2, 3]))]
    first = made[0]
    assert first is not None
    if first["resourceType"] in ("Observation", "DocumentReference") and random.random() < 0.2:
        made.append(None)
    clinic.versions[first["resourceType"], first["id"]] = made


def _changed(clinic: Clinic, random: Random, first: Resource) -> None:
    """Versions of which each differs from the one before in one thing: its label, its site or whose it is."""
    made: list[Resource | None] = [first]
    for _ in range(random.choice([0, 1, 2])):
        last = made[-1]
        assert last is not None
        kept, fresh, name = (
            last.get("meta", {}),
            _meta(random).get("meta", {}),
            random.choice(["security", "tag", "subject"]),
        )
        meta = {part: value[part] for part in ("security", "tag") if part in (value := fresh if part == name else kept)}
        other = {each: value for each, value in last.items() if each != "meta"} | ({"meta": meta} if meta else {})
        made.append(other | {"subject": _someone(random)} if name == "subject" else other)
    clinic.versions[first["resourceType"], first["id"]] = made


def _meta(random: Random, *, site: bool = True) -> Resource:
    meta: Resource = {}
    if site and random.random() < 0.5:
        meta["tag"] = [{"system": "urn:osler:site", "code": random.choice(SITES)}]
    if random.random() < 0.45:
        chosen = random.sample(list(LABELS), random.choice([1, 1, 2]))
        meta["security"] = [{"system": LABELS[code], "code": code} for code in chosen]
    return {"meta": meta} if meta else {}


def _to(kind: str, identity: str) -> Resource:
    return {"reference": f"{kind}/{identity}"}


def _someone(random: Random) -> Resource:
    return _to("Patient", random.choice(PATIENTS))


def _perhaps_estranged(resource: Resource) -> Resource:
    """Now and then about somebody whom nobody here knows, or who is said to be no patient. What else there is stays as it was."""
    random = Random(repr(resource))
    if "subject" not in resource or random.random() < 0.75:
        return resource
    group: Resource = {"resourceType": "Group", "id": "c", "type": "person", "actual": True}
    inside = random.choice([{"resourceType": "Patient", "id": "c"}, group])
    identifier = {"system": "urn:mrn", "value": "m1"}
    return resource | random.choice(
        [
            {"subject": {"identifier": identifier}},
            {"subject": {"identifier": identifier, "type": random.choice(["Patient", "Group"])}},
            {"subject": {"display": "a neighbor"}},
            {"subject": {"reference": f"http://elsewhere.test/{inside['resourceType']}/p1"}},
            {"subject": {"reference": "#c"}, "contained": [inside]},
        ]
    )


def _site(random: Random, identity: str) -> Resource:
    return {"resourceType": "Organization", "id": identity, "name": f"Site {identity}"} | _meta(random, site=False)


def _patient(random: Random, identity: str) -> Resource:
    owned = {"managingOrganization": _to("Organization", random.choice(SITES))} if random.random() < 0.7 else {}
    return {
        "resourceType": "Patient",
        "id": identity,
        "name": [{"family": random.choice(FAMILIES), "given": [identity]}],
        "birthDate": random.choice(["1980-01-01", "1990-05-05", "2001"]),
        "telecom": [{"system": "phone", "value": random.choice(["555-1", "555-2"])}],
        "identifier": [{"system": "urn:mrn", "value": random.choice(["m1", "m2", "m3"])}],
        "generalPractitioner": [_to("Practitioner", random.choice(DOCTORS))],
    } | owned | _meta(random)  # fmt: skip


def _encounter(random: Random, identity: str, now: datetime) -> Resource:
    ends = now - random.choice(
        [timedelta(days=200), timedelta(days=40), timedelta(days=10), timedelta(days=29, hours=20)]
    )
    period = {"start": _text(now - timedelta(days=300))} | ({"end": _text(ends)} if random.random() < 0.8 else {})
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": random.choice(["finished", "in-progress", "cancelled"]),
        "class": {"code": "AMB"},
        "subject": _someone(random),
        "period": period,
        "participant": [{"individual": _to("Practitioner", random.choice(DOCTORS))}],
        "serviceProvider": _to("Organization", random.choice(SITES)),
    } | _meta(random)  # fmt: skip


def _team(random: Random, identity: str, now: datetime) -> Resource:
    del now
    return {
        "resourceType": "CareTeam",
        "id": identity,
        "status": random.choice(["active", "active", "inactive"]),
        "subject": _someone(random),
        "participant": [{"member": _to("Practitioner", random.choice(DOCTORS))}],
    } | _meta(random)


def _observation(random: Random, identity: str) -> Resource:
    about = {"subject": _someone(random)} if random.random() < 0.85 else {}
    performer = random.choice([_to("Practitioner", random.choice(DOCTORS)), _someone(random)])
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": random.choice(CATEGORIES)}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": random.choice(CODES)}]},
        "performer": [performer],
        "effectiveDateTime": random.choice(["2020-01-01", "2021-06-01T10:00:00Z", "2022"]),
        "valueQuantity": {"value": random.choice([1, 2, 3]), "unit": "mg"},
    } | about | _meta(random)  # fmt: skip


def _condition(random: Random, identity: str) -> Resource:
    return {
        "resourceType": "Condition",
        "id": identity,
        "subject": _someone(random),
        "code": {"coding": [{"code": random.choice(CODES)}]},
        "category": [{"coding": [{"code": random.choice(["problem-list-item", "encounter-diagnosis"])}]}],
    } | _meta(random)


def _document(random: Random, identity: str) -> Resource:
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "current",
        "content": [{"attachment": {"title": "x"}}],
        "category": [{"coding": [{"code": random.choice(CATEGORIES)}]}],
        "subject": _someone(random),
        "custodian": _to("Organization", random.choice(SITES)),
    } | _meta(random)


def _group(random: Random, identity: str) -> Resource:
    members = [{"entity": _someone(random)} for _ in range(random.choice([0, 1, 2]))]
    base = {"resourceType": "Group", "id": identity, "type": "person", "actual": True}
    return base | ({"member": members} if members else {}) | _meta(random)


def _something(random: Random) -> Resource:
    """What is never deleted, and may be another patient's, at another site, or labeled."""
    condition, encounter = _to("Condition", f"c{random.randrange(8)}"), _to("Encounter", f"e{random.randrange(10)}")
    return random.choice([condition, condition, encounter, _someone(random)])


def _note(random: Random, number: int, identity: str) -> Resource:
    """About one thing or several, about staff, or about another note."""
    targets = [_something(random), _something(random), _to("Organization", random.choice(SITES))]
    if number > 5:
        targets = [_to("Provenance", f"pr{number - 6}"), *targets[: random.choice([0, 1])]]
    return {
        "resourceType": "Provenance",
        "id": identity,
        "target": random.sample(targets, min(random.choice([1, 1, 2]), len(targets))),
        "recorded": "2024-01-01T00:00:00Z",
        "agent": [{"who": _to("Practitioner", random.choice(DOCTORS))}],
    } | (_meta(random) if random.random() < 0.5 else {})  # fmt: skip


def _task(random: Random, number: int, identity: str) -> Resource:
    base = {
        "resourceType": "Task",
        "id": identity,
        "status": "requested",
        "intent": "order",
        "focus": _something(random),
    }
    return base | ({"for": _someone(random)} if number % 3 == 0 else {}) | _meta(random)


def _message(random: Random, number: int, identity: str) -> Resource:
    base = {"resourceType": "Communication", "id": identity, "status": "completed", "about": [_something(random)]}
    return base | ({"subject": _someone(random)} if number == 0 else {}) | _meta(random)


def _bundle(random: Random, number: int, identity: str) -> Resource:
    """Resources of one patient or several, of staff, of somebody unknown, or from elsewhere."""
    held = [
        _patient(random, random.choice(PATIENTS)), _observation(random, "o0"), _condition(random, "c0"),
        {"resourceType": "Practitioner", "id": "d0"}, _encounter(random, "e0", datetime(2025, 1, 1, tzinfo=UTC)),
    ]  # fmt: skip
    entries: list[Resource] = [{"resource": each} for each in random.sample(held, random.choice([1, 2, 2, 3]))]
    if number == 1:
        nobodys = {
            name: value for name, value in _observation(random, "o1").items() if name not in ("subject", "performer")
        }
        entries = [{"resource": nobodys}]
    elif random.random() < 0.15:
        entries[0]["fullUrl"] = f"http://elsewhere.test/{entries[0]['resource']['resourceType']}/x"
    if number == 0:
        entries = [{"resource": {"resourceType": "Bundle", "type": "collection", "entry": entries}}]
    own = _meta(random) if random.random() < 0.3 else {}
    return {"resourceType": "Bundle", "id": identity, "type": "collection", "entry": entries} | own


def _file(random: Random, number: int, identity: str) -> Resource:
    """A scan that says whose it is, of staff or of a patient; or does not, or in a way that leads nowhere."""
    base = {"resourceType": "Binary", "id": identity, "contentType": "text/plain", "data": "eA=="}
    to = [_something(random), _to("Organization", random.choice(SITES)), {"identifier": {"value": "m1"}}]
    return base | ({"securityContext": random.choice(to)} if number % 3 else {}) | _meta(random)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
