"""Vital signs as a table: one row for each sign, one column for each moment, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import Column
from osler.fhir.readers import instant
from osler.interfaces.web.chart.show.lists import add_action
from osler.interfaces.web.chart.show.vitals import reading_value
from osler.interfaces.web.components import format
from osler.interfaces.web.components.values import Action, Value, When
from osler.interfaces.web.show import chart_address

ROWS = (("pressure", "Blood pressure"), ("heart_rate", "Heart rate"), ("respiration", "Respiratory rate"),
        ("spo2", "SpO₂"), ("temperature", "Temperature"), ("weight", "Weight"), ("height", "Height"), ("bmi", "BMI"),
        ("pain", "Pain"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    value: Value | None = None
    fhir: str = ""
    note: str = ""
    withdraw: Action | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    when: When
    day: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A reading that was entered in error: never gone, never to be taken for one that holds."""

    label: str
    value: Value
    when: When
    fhir: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Flowsheet:
    moments: tuple[Moment, ...]
    rows: tuple[Row, ...]
    add: Action | None = None
    older: str = ""
    withdrawn: tuple[Withdrawn, ...] = ()
    id: str = "flowsheet"


def flowsheet(
    columns: Sequence[Column], patient: str, zone: tzinfo, names: Mapping[str, str], adult: bool, may_write: bool,
    more: str,
) -> Flowsheet:  # fmt: skip
    """`more` is where the next page begins."""
    rows = [
        Row(label, tuple(_cell(column.readings.get(key), patient, adult, may_write) for column in columns))
        for key, label in ROWS
        if any(key in column.readings for column in columns)
    ]
    return Flowsheet(
        tuple(_moment(each, zone, names) for each in columns), tuple(rows),
        add_action("Add vital signs", patient, "vitals/add", "v") if may_write else None,
        f"{chart_address(patient, 'vitals')}?from={more}" if more else "",
    )  # fmt: skip


def withdrawn(readings: Sequence[Reading], reasons: Mapping[str, str], zone: tzinfo) -> tuple[Withdrawn, ...]:
    """`reasons` in words, by id of the reading."""
    labels = dict(ROWS)
    return tuple(
        Withdrawn(
            labels.get(each.key, each.key), reading_value(each, adult=False), format.moment(each.at, zone),
            f"Observation/{each.id}", reasons.get(each.id, ""),
        )
        for each in readings
    )  # fmt: skip


def _moment(column: Column, zone: tzinfo, names: Mapping[str, str]) -> Moment:
    at = instant(column.at, zone)
    by = next((each.by for each in column.readings.values()), "")
    clock = format.clock(at, zone) if at and "T" in column.at else When("")
    return Moment(clock, format.day(column.at, zone).text, names.get(by, by if "/" not in by else ""))


def _cell(reading: Reading | None, patient: str, adult: bool, may_write: bool) -> Cell:
    if reading is None:
        return Cell()
    address = chart_address(patient, "vitals", reading.id, "withdraw")
    withdraw = Action("Entered in error…", address, "ban", panel=True) if may_write else None
    return Cell(reading_value(reading, adult), f"Observation/{reading.id}", reading.note, withdraw)
