"""The form for a set of vital signs."""

from __future__ import annotations

from datetime import datetime

from osler.clinical.vitals.rules import Entered
from osler.clinical.vitals.signs import (
    DIASTOLIC,
    ENTERED,
    HEART_RATE,
    HEIGHT,
    PAIN,
    RESPIRATION,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    WEIGHT,
    Sign,
)
from osler.interfaces.web.chart.forms.shared import EMPTY, Reader, Typed, hidden
from osler.interfaces.web.components import format
from osler.interfaces.web.components.forms import FieldGroup, FormField, FormView, Option
from osler.interfaces.web.components.reading import read_number
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import chart_address

SURE = "sure"


def vitals_form(desk: Desk, filled: Typed = EMPTY) -> FormView:
    """When some values are unusual, the person may say that they are right."""
    pressure = _field(SYSTOLIC, filled, label="Blood pressure, systolic and diastolic", focus=True, width="full",
                      pair=_field(DIASTOLIC, filled))  # fmt: skip
    fields = [
        pressure,
        *(_field(sign, filled) for sign in (HEART_RATE, RESPIRATION, SPO2, TEMPERATURE, WEIGHT, HEIGHT, PAIN)),
    ]
    local = desk.local
    moment = [
        FormField("taken_on", "Taken on", "date", filled.value("taken_on", format.day(local.date()).text), required=True,
                  width="half", error=filled.wrong("taken_on")),
        FormField("taken_at", "At", "time", filled.value("taken_at", f"{local:%H:%M}"), required=True, width="half",
                  error=filled.wrong("taken_at")),
    ]  # fmt: skip
    if filled.doubtful or filled.value(SURE):
        right = (Option("yes", "The unusual values are right"),)
        moment.append(FormField(SURE, "Looked at again", "checkbox", filled.value(SURE), options=right, width="full"))
    return FormView(
        "add-vitals", "Add vital signs", chart_address(desk.patient, "vitals", "add"), (FieldGroup(tuple(fields)), FieldGroup(tuple(moment))),
        "Save vital signs", chart_address(desk.patient), filled.error, hidden(desk, filled),
        "Fill in what was measured; the rest stays empty.",
    )  # fmt: skip


def _field(
    sign: Sign,
    filled: Typed,
    *,
    label: str = "",
    focus: bool = False,
    width: str = "half",
    pair: FormField | None = None,
) -> FormField:
    first, *others = sign.units
    several = tuple(Option(unit.code, unit.text) for unit in sign.units) if others else ()
    unit = filled.value(f"{sign.key}_unit", first.code) if several else first.text
    return FormField(
        sign.key, label or sign.label, "number", filled.value(sign.key), unit, several, filled.wrong(sign.key),
        focus=focus, width=width, one_of_many=True, pair=pair,  # type: ignore[arg-type]
    )  # fmt: skip


def read_vitals(desk: Desk) -> tuple[dict[str, Entered], datetime]:
    """What was measured, by key, as it was written, and when. Raises Invalid."""
    reader = Reader(desk)
    entered: dict[str, Entered] = {}
    for sign in ENTERED:
        if not (written := desk.value(sign.key)):
            continue
        unit = sign.unit(desk.value(f"{sign.key}_unit"))
        try:
            entered[sign.key] = Entered(sign, read_number(written), unit.code)
        except ValueError as error:
            reader.wrong(sign.key, f"{error}.")
    taken_at = reader.moment("taken_on", "taken_at", desk.zone)
    if not entered and not reader.faults:
        reader.wrong(SYSTOLIC.key, "Enter at least one vital sign.")
    reader.done()
    assert taken_at is not None
    return entered, taken_at
