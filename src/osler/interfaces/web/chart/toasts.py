"""What was just done, said again on the page that follows, with the time left to take it back."""

from __future__ import annotations

from osler.access.authorship import Authorship, get_authorship
from osler.access.records import Records
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
    """What a set of vital signs holds, for its message: `BP 132/78, Heart rate 78 /min`; empty for all else."""
    found: list[str] = []
    for reference in made.targets if made.activity == "CREATE" else ():
        type_, _, id_ = reference.partition("/")
        reading = reading_of(await records.read(type_, id_)) if type_ == "Observation" else None
        if reading:
            value = reading_value(reading, adult=True)
            found.append(f"{_SIGNS.get(reading.key, reading.key)} {value.text} {value.unit}".strip())
    return ", ".join(found)


def toast_for(made: Authorship, desk: Desk, said: str = "") -> Toast:
    """`saved 09:26:14`, with what was charted (`said`) where it is short; undo only for a new entry, only for a minute, only for its author."""
    at = made.recorded.astimezone(desk.zone)
    kind = made.targets[0].partition("/")[0] if made.targets else ""
    words = _WORDS.get(kind, "Entry")
    if made.activity == "NULLIFY":
        said = "undone" if made.reason == "undo" else "marked as entered in error"
        return Toast(made.id, f"{words} {said}, saved {at:%H:%M:%S}.")
    if made.activity == "UPDATE":
        return Toast(made.id, f"{words} changed, saved {at:%H:%M:%S}.")
    left = int((made.undo_until() - desk.now).total_seconds())
    text = f"{words} saved {at:%H:%M:%S}{f': {said}' if said else ''}."
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
