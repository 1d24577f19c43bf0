"""What was just done, said again on the page that follows, with the time left to take it back."""

from __future__ import annotations

from osler.access.authorship import Authorship, get_authorship
from osler.access.records import Records
from osler.clinical.allergies.fhir import allergy_of
from osler.clinical.problems.fhir import problem_of
from osler.clinical.vitals.fhir import reading_of
from osler.core.errors import Forbidden, NotFound
from osler.core.ids import is_id
from osler.interfaces.web.chart.show.vitals import reading_value
from osler.interfaces.web.components.states import Toast
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import chart_address

_WORDS = {
    "Observation": "Vital signs",
    "Condition": "Problem",
    "AllergyIntolerance": "Allergy",
    "DocumentReference": "Note",
}
_SIGNS = {
    "pressure": "BP", "heart_rate": "Heart rate", "respiration": "Respiratory rate", "spo2": "SpO₂",
    "temperature": "Temperature", "weight": "Weight", "height": "Height", "bmi": "BMI", "pain": "Pain",
}  # fmt: skip
DONE = "done"
"""Parameter of an address that names the Provenance of what was done there last."""


async def said_of(records: Records, made: Authorship) -> str:
    """For its message, what was charted: `BP 132/78, Heart rate 78 /min`, or the name of a problem or allergy."""
    name = await _name_of(records, made.targets[0]) if made.targets else ""
    if name:
        return name
    found: list[str] = []
    for reference in made.targets if made.activity == "CREATE" else ():
        type_, _, id_ = reference.partition("/")
        reading = reading_of(await records.read(type_, id_)) if type_ == "Observation" else None
        if reading:
            value = reading_value(reading, adult=True)
            found.append(f"{_SIGNS.get(reading.key, reading.key)} {value.text} {value.unit}".strip())
    return ", ".join(found)


async def _name_of(records: Records, reference: str) -> str:
    type_, _, id_ = reference.partition("/")
    if type_ == "Condition":
        return problem_of(await records.read(type_, id_)).name
    if type_ == "AllergyIntolerance":
        return allergy_of(await records.read(type_, id_)).substance
    return ""


def toast_for(made: Authorship, desk: Desk, said: str = "") -> Toast:
    """`saved 09:26:14`, with what was charted (`said`) where it is short; undo only for a new entry, only for a minute, only for its author."""
    at = made.recorded.astimezone(desk.zone)
    kind = made.targets[0].partition("/")[0] if made.targets else ""
    words, named = _WORDS.get(kind, "Entry"), f": {said}" if said else ""
    if made.activity == "NULLIFY":
        end = "undone" if made.reason == "undo" else "marked as entered in error"
        return Toast(made.id, f"{words} {end}, saved {at:%H:%M:%S}{named}.")
    if made.activity == "UPDATE":
        return Toast(made.id, f"{words} changed, saved {at:%H:%M:%S}{named}.")
    left = int((made.undo_until() - desk.now).total_seconds())
    text = f"{words} saved {at:%H:%M:%S}{named}."
    if left <= 0 or made.account != desk.actor.id:
        return Toast(made.id, text)
    undo = chart_address(desk.patient, "undo", made.id)
    return Toast(made.id, text, undo, made.undo_until().isoformat(timespec="milliseconds"), min(left, 60))


async def toasts_for(records: Records, desk: Desk) -> tuple[Toast, ...]:
    """For a page one was sent to after a form."""
    id_ = desk.request.query_params.get(DONE, "")
    if not is_id(id_):
        return ()
    try:
        made = await get_authorship(records, id_)
    except (NotFound, Forbidden):
        return ()
    records.about_patient(desk.patient)
    recent = (desk.now - made.recorded).total_seconds() < 60
    return (toast_for(made, desk, await said_of(records, made)),) if recent else ()
