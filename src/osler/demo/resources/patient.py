"""Patient, Coverage and CareTeam: what registration asks for."""

from __future__ import annotations

from osler.demo.clinic import CLINICIANS, PAYERS, SITES
from osler.demo.codes.systems import HL7, LANGUAGE, MRN, OMB_RACE, US_CORE, coding, concept, hl7, reference
from osler.demo.names import STATE
from osler.demo.record import Record

_RELATION = {
    "Mother": ("PRN", "parent"),
    "Parent": ("PRN", "parent"),
    "Spouse": ("SPS", "spouse"),
    "Sibling": ("SIB", "sibling"),
    "Child": ("CHILD", "child"),
    "Friend": ("FRND", "unrelated friend"),
}
_PAYMENT = {"medicare": ("1", "Medicare"), "medicaid": ("2", "Medicaid")}
"""Source of Payment Typology; the private payers are all PPOs."""
_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"


def register(record: Record, *, active: bool = True) -> dict:
    """The Patient, and an active Coverage and CareTeam with it."""
    person = record.person
    patient = {
        "resourceType": "Patient",
        "id": record.id,
        "meta": record.meta("patient"),
        "extension": _extensions(record),
        "identifier": [
            {"use": "usual", "type": hl7("v2-0203", "MR", "Medical record number"), "system": MRN, "value": person.mrn}
        ],
        "active": active,
        "name": [_name(record)],
        "telecom": _telecom(record),
        "gender": person.sex,
        "birthDate": person.born.isoformat(),
        "address": [
            {
                "use": "home",
                "line": [person.line],
                "city": person.city,
                "state": STATE,
                "postalCode": person.postal,
                "country": "US",
            }
        ],
        "maritalStatus": hl7("v3-MaritalStatus", *(("M", "Married") if person.married else ("S", "Never Married"))),
        "contact": _contacts(record),
        "communication": [
            {"language": concept(LANGUAGE, *person.language, text=person.language[1]), "preferred": True}
        ],
        "generalPractitioner": [reference(f"Practitioner/{person.pcp}", CLINICIANS[person.pcp].display)],
        "managingOrganization": reference(f"Organization/{person.site}", SITES[person.site].name),
    }
    for absent in ("contact", "telecom"):
        if not patient[absent]:
            del patient[absent]
    if person.age(record.today) < 18:
        del patient["maritalStatus"]
    if person.died:
        patient["deceasedDateTime"] = person.died.isoformat()
    record.add(patient)
    return patient


def insure(record: Record) -> dict:
    """The patient's current Coverage."""
    person = record.person
    member = f"{person.payer[:2].upper()}{person.mrn}"
    plan = person.plan or f"{PAYERS[person.payer]} {'Part B' if person.payer == 'medicare' else 'PPO'}"
    return record.add(
        {
            "resourceType": "Coverage",
            "id": record.new_id(),
            "meta": record.meta("coverage"),
            "identifier": [{"type": hl7("v2-0203", "MB", "Member Number"), "system": "https://osler.example/member", "value": member}],
            "status": "active" if not person.died else "cancelled",
            "type": _payment(person.payer),
            "subscriberId": member,
            "beneficiary": record.subject,
            "relationship": hl7("subscriber-relationship", "self" if person.age(record.today) >= 18 else "child"),
            "period": {"start": f"{record.today.year}-01-01"},
            "payor": [reference(f"Organization/{person.payer}", PAYERS[person.payer])],
            "class": [{"type": hl7("coverage-class", "plan"), "value": plan.lower().replace(" ", "-"), "name": plan}],
        }
    )  # fmt: skip


def _payment(payer: str) -> dict:
    return concept("https://nahdo.org/sopt", *_PAYMENT.get(payer, ("512", "Commercial Managed Care - PPO")))


def form_care_team(record: Record, since: str) -> dict:
    """The people who look after the patient, in a CareTeam."""
    person = record.person
    members = [("Primary care physician", person.pcp), ("Nurse", person.nurse)]
    return record.add(
        {
            "resourceType": "CareTeam",
            "id": record.new_id(),
            "meta": record.meta("careteam"),
            "status": "active" if not person.died else "inactive",
            "name": "Primary care team",
            "subject": record.subject,
            "period": {"start": since},
            "participant": [
                {
                    "role": [{"text": role}],
                    "member": reference(f"Practitioner/{member}", CLINICIANS[member].display),
                    "onBehalfOf": reference(f"Organization/{person.site}"),
                }
                for role, member in members
            ],
            "managingOrganization": [reference(f"Organization/{person.site}")],
        }
    )


def _extensions(record: Record) -> list[dict]:
    person = record.person
    ethnicity = ("2135-2", "Hispanic or Latino") if person.hispanic else ("2186-5", "Non Hispanic or Latino")
    return [
        _category("race", person.race),
        _category("ethnicity", ethnicity),
        {"url": f"{US_CORE}us-core-birthsex", "valueCode": "F" if person.sex == "female" else "M"},
        {"url": f"{US_CORE}us-core-sex", "valueCode": "248152002" if person.sex == "female" else "248153007"},
        *([{"url": _INTERPRETER, "valueBoolean": True}] if person.interpreter else []),
    ]


def _category(which: str, code: tuple[str, str]) -> dict:
    return {
        "url": f"{US_CORE}us-core-{which}",
        "extension": [
            {"url": "ombCategory", "valueCoding": coding(OMB_RACE, *code)},
            {"url": "text", "valueString": code[1]},
        ],
    }


def _name(record: Record) -> dict:
    person = record.person
    if not person.given:
        return {"use": "official", "text": person.family, "family": person.family}
    return {"use": "official", "family": person.family, "given": list(person.given)}


def _telecom(record: Record) -> list[dict]:
    person = record.person
    found = []
    if person.phone:
        found.append({"system": "phone", "value": person.phone, "use": "mobile"})
    if person.email:
        found.append({"system": "email", "value": person.email, "use": "home"})
    return found


def _contacts(record: Record) -> list[dict]:
    relation, name, phone = record.person.contact
    if not relation:
        return []
    code, display = _RELATION[relation]
    return [
        {
            "relationship": [
                {"coding": [coding(HL7 + "v2-0131", "C", "Emergency Contact")]},
                {"coding": [coding(HL7 + "v3-RoleCode", code, display)], "text": relation},
            ],
            "name": {"text": name},
            "telecom": [{"system": "phone", "value": phone}],
        }
    ]
