"""Patients, and what is known of them beside their care ↔ FHIR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from osler.access.records import Resource
from osler.fhir.readers import code_in, first_code, target_of, text_of

Json = dict[str, Any]

_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
_V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_SEXES = {"F": "Female", "M": "Male", "female": "Female", "male": "Male", "other": "Other", "248152002": "Female",
          "248153007": "Male", "UNK": "Unknown", "unknown": "Unknown"}  # fmt: skip
_NAME_USES = ("official", "usual", "", "temp", "maiden", "old", "anonymous")


@dataclass(frozen=True, slots=True)
class Patient:
    """One person. Dates as FHIR writes them, as precise as they are known; empty for what is not recorded."""

    id: str
    family: str = ""
    given: str = ""
    preferred_name: str = ""
    born: str = ""
    sex: str = ""
    gender: str = ""
    """Gender identity, when it is recorded."""
    pronouns: str = ""
    mrn: str = ""
    deceased: bool = False
    died: str = ""
    language: str = ""
    interpreter: bool = False
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    pcp: str = ""
    """General practitioner as the record names them."""
    restricted: bool = False
    """Labelled restricted or very restricted."""
    twin: bool = False
    numbers: tuple[str, ...] = ()
    """Every identifier there is, the MRN among them."""
    other_names: tuple[str, ...] = ()
    """What the person is or was called besides, each written out."""
    inactive: bool = False
    merged: bool = False
    """Another record has taken the place of this one."""


def patient_of(stored: Resource) -> Patient:
    """The person in a Patient resource."""
    resource = stored.json()
    name = _name(resource)
    return Patient(
        id=stored.id,
        family=name.get("family", "") or _family_of(name),
        given=" ".join(name.get("given") or ()),
        preferred_name=_nickname(resource),
        born=resource.get("birthDate", ""),
        sex=_sex(resource),
        gender=_gender(resource),
        pronouns=text_of((_extension(resource, _CORE + "genderPronouns") or {}).get("valueCodeableConcept")),
        mrn=_mrn(resource),
        deceased=bool(resource.get("deceasedBoolean") or resource.get("deceasedDateTime")),
        died=resource.get("deceasedDateTime", ""),
        language=_language(resource),
        interpreter=bool((_extension(resource, _INTERPRETER) or {}).get("valueBoolean")),
        phones=_contacts(resource, "phone"),
        emails=_contacts(resource, "email"),
        address=_address(resource),
        pcp=next((gp["display"] for gp in resource.get("generalPractitioner") or () if gp.get("display")), ""),
        restricted=any(label.get("code") in ("R", "V") for label in resource.get("meta", {}).get("security") or ()),
        twin=bool(resource.get("multipleBirthBoolean") or resource.get("multipleBirthInteger")),
        numbers=tuple(each["value"] for each in resource.get("identifier") or () if each.get("value")),
        other_names=tuple(filter(None, (_written(each) for each in resource.get("name") or () if each is not name))),
        inactive=resource.get("active") is False,
        merged=any(each.get("type") == "replaced-by" for each in resource.get("link") or ()),
    )


def _name(resource: Json) -> Json:
    names = [name for name in resource.get("name") or () if name.get("use") != "nickname"]
    return min(names, key=lambda name: _NAME_USES.index(name.get("use", "")) if name.get("use", "") in _NAME_USES else 9,
               default={})  # fmt: skip


def _written(name: Json) -> str:
    parts = " ".join((*(name.get("given") or ()), *filter(None, (name.get("family"),))))
    return parts or name.get("text", "")


def _family_of(name: Json) -> str:
    """A name that is only written out stays whole; a name of one part is shown as it is."""
    return "" if name.get("given") else name.get("text", "")


def _nickname(resource: Json) -> str:
    for name in resource.get("name") or ():
        if name.get("use") == "nickname":
            return " ".join(name.get("given") or ()) or name.get("text", "")
    return ""


def _extension(resource: Json, url: str) -> Json | None:
    return next((each for each in resource.get("extension") or () if each.get("url") == url), None)


def _sex(resource: Json) -> str:
    birth = (_extension(resource, _CORE + "birthsex") or {}).get("valueCode", "")
    sex = (_extension(resource, _CORE + "sex") or {}).get("valueCode", "")
    return _SEXES.get(birth) or _SEXES.get(sex) or _SEXES.get(resource.get("gender", ""), "")


def _gender(resource: Json) -> str:
    identity = text_of((_extension(resource, _CORE + "genderIdentity") or {}).get("valueCodeableConcept"))
    return identity if identity else ""


def _mrn(resource: Json) -> str:
    identifiers = resource.get("identifier") or ()
    for identifier in identifiers:
        if code_in(identifier.get("type"), _V2_0203) == "MR" or first_code(identifier.get("type")) == "MR":
            return identifier.get("value", "")
    return ""


def _language(resource: Json) -> str:
    spoken = resource.get("communication") or ()
    chosen = next((each for each in spoken if each.get("preferred")), next(iter(spoken), None))
    return text_of(chosen.get("language")) if chosen else ""


def _contacts(resource: Json, system: str) -> tuple[str, ...]:
    return tuple(
        each["value"]
        for each in resource.get("telecom") or ()
        if each.get("system") == system and each.get("value") and each.get("use") != "old"
    )


def _address(resource: Json) -> tuple[str, ...]:
    found = next((each for each in resource.get("address") or () if each.get("use") != "old"), None)
    if not found:
        return ()
    town = " ".join(filter(None, (found.get("city"), found.get("state"), found.get("postalCode"))))
    return tuple(filter(None, (*(found.get("line") or ()), town))) or tuple(filter(None, (found.get("text"),)))


def code_status_of(observation: Json) -> str:
    return text_of(observation.get("valueCodeableConcept")) or observation.get("valueString", "")


def insurance_of(coverage: Json) -> str:
    """Name of the plan, else of the payer."""
    names = (each.get("name") for each in coverage.get("class") or ())
    payers = (each.get("display") for each in coverage.get("payor") or ())
    return next(filter(None, names), "") or next(filter(None, payers), "")


def physician_of(team: Json) -> str:
    """The primary care physician that a CareTeam names."""
    for member in team.get("participant") or ():
        roles = " ".join(text_of(role) for role in member.get("role") or ()).lower()
        who = member.get("member") or {}
        if "primary" in roles and target_of(who).startswith("Practitioner/"):
            return who.get("display", "")
    return ""
