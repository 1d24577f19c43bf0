"""Who charted what, kept as Provenance beside what was charted, in the same transaction.

It carries the form it came from, so that a form sent twice writes once, and it is what undo is judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from osler.access.actors import Actor
from osler.access.ask import ask, ask_page
from osler.access.records import Records, Resource
from osler.core.errors import Conflict, Forbidden
from osler.fhir.readers import first_code, target_of, text_of

FORM = "urn:osler:form"
"""System of the tag that names the form a Provenance came from."""
ACCOUNT = "urn:osler:account"
"""System of the identifier that names an account where its person is referred to."""
UNDO_WITHIN = timedelta(seconds=60)

Activity = Literal["CREATE", "UPDATE", "NULLIFY"]
_OPERATIONS = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-provenance"
_AGENTS = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


@dataclass(frozen=True, slots=True)
class Authorship:
    """One thing that one person charted. `targets` are `Type/id`, what it was about first."""

    id: str
    targets: tuple[str, ...]
    recorded: datetime
    account: str
    by: str
    activity: str
    reason: str = ""

    def undo_until(self) -> datetime:
        return self.recorded + UNDO_WITHIN


def person(actor: Actor) -> dict[str, Any]:
    """A Reference to whoever acts: the practitioner where there is one, and always the account."""
    found: dict[str, Any] = {"identifier": {"system": ACCOUNT, "value": actor.id}, "display": actor.display}
    return {"reference": f"Practitioner/{actor.practitioner}", **found} if actor.practitioner else found


async def find_by_form(records: Records, form: str) -> Authorship | None:
    """What this form has already written. Everybody who sends the same form waits for the first one to finish."""
    found = await records.find_one("Provenance", f"_tag={FORM}|{form}") if form else None
    return authorship_of(found) if found else None


async def get_authorship(records: Records, id_: str) -> Authorship:
    return authorship_of(await records.read("Provenance", id_))


async def list_authorship(records: Records, reference: str) -> list[Authorship]:
    """Everything done to one resource, newest first."""
    return [authorship_of(each) for each in await ask(records, "Provenance", target=reference, _sort="-recorded")]


async def sign(
    records: Records, targets: Sequence[str], *, patient: str, now: datetime, activity: Activity = "CREATE",
    form: str = "", reason: str = "",
) -> Authorship:  # fmt: skip
    """Records that the actor did this to these (`Type/id`). The audit row names the first of them, and the patient."""
    role = "author" if activity == "CREATE" else "enterer"
    employer = await _employer(records)
    # US Core asks for whom a practitioner acted; where that is not known, its profile is not claimed.
    meta: dict[str, Any] = {"profile": [_PROFILE]} if employer or not records.actor.practitioner else {}
    meta |= {"tag": [{"system": FORM, "code": form}]} if form else {}
    resource: dict[str, Any] = {
        "resourceType": "Provenance",
        **({"meta": meta} if meta else {}),
        "target": [{"reference": target} for target in targets],
        "recorded": now.isoformat(timespec="milliseconds"),
        "activity": {"coding": [{"system": _OPERATIONS, "code": activity}]},
        "agent": [{"type": {"coding": [{"system": _AGENTS, "code": role}]}, "who": person(records.actor), **employer}],
    }
    if reason:
        resource["reason"] = [{"text": reason}]
    written = await records.create(resource)
    records.about_written(targets[0], patient)
    return authorship_of(written)


async def _employer(records: Records) -> dict[str, Any]:
    """`onBehalfOf` of an agent: the organization that the practitioner works for, where the actor sees just one."""
    practitioner = records.actor.practitioner
    if not practitioner:
        return {}
    try:
        asked = {"practitioner": f"Practitioner/{practitioner}", "active": "true"}
        roles = await ask_page(records, "PractitionerRole", _include="PractitionerRole:organization", **asked)
    except Forbidden:
        return {}
    named = {target_of(role.json().get("organization")) for role in roles.matches}
    found = named & {each.reference for each in roles.included}
    return {"onBehalfOf": {"reference": found.pop()}} if found == named and len(found) == 1 else {}


def require_undoable(made: Authorship, actor: Actor, now: datetime) -> None:
    """Undo is for the person who charted it, for a minute. Raises Forbidden or Conflict."""
    if made.account != actor.id or made.activity != "CREATE":
        raise Forbidden("Only the person who charted this can undo it; mark it as entered in error instead.")
    if now > made.undo_until():
        raise Conflict("The minute for undo is over; mark it as entered in error instead.")


def authorship_of(stored: Resource) -> Authorship:
    provenance = stored.json()
    agents: list[dict[str, Any]] = provenance.get("agent") or [{}]
    who: dict[str, Any] = agents[0].get("who") or {}
    identifier: dict[str, Any] = who.get("identifier") or {}
    return Authorship(
        id=stored.id,
        targets=tuple(target_of(each) for each in provenance.get("target") or ()),
        recorded=datetime.fromisoformat(provenance["recorded"]),
        account=identifier.get("value", "") if identifier.get("system") == ACCOUNT else "",
        by=who.get("display", ""),
        activity=first_code(provenance.get("activity")),
        reason=text_of(next(iter(provenance.get("reason") or ()), None)),
    )
