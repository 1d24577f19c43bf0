"""Vital signs as a table: one row for each sign, one column for each moment, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import Column
from osler.fhir.ahead import is_ahead
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
    ahead: bool = False
    """Dated ahead of now."""


@dataclass(frozen=True, slots=True)
class Row:
    """`unit` is that of its cells; a cell says its own where it has another."""

    label: str
    cells: tuple[Cell, ...]
    unit: str = ""


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
    columns: Sequence[Column], patient: str, now: datetime, zone: tzinfo, names: Mapping[str, str], adult: bool,
    may_write: bool, more: str,
) -> Flowsheet:  # fmt: skip
    """`more` is where the next page begins."""
    rows = [
        _row(key, label, [_cell(column.readings.get(key), patient, adult, may_write) for column in columns])
        for key, label in ROWS
        if any(key in column.readings for column in columns)
    ]
    return Flowsheet(
        tuple(_moment(each, now, zone, names) for each in columns), tuple(rows),
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


def _row(key: str, label: str, cells: list[Cell]) -> Row:
    if key == "pain":  # beside its number stands where it hurts
        return Row(label, tuple(cells))
    units = Counter(each.value.unit for each in cells if each.value)
    unit = units.most_common(1)[0][0]
    return Row(label, tuple(_without(unit, each) for each in cells), unit)


def _without(unit: str, cell: Cell) -> Cell:
    return replace(cell, value=replace(cell.value, unit="")) if cell.value and cell.value.unit == unit else cell


def _moment(column: Column, now: datetime, zone: tzinfo, names: Mapping[str, str]) -> Moment:
    at = instant(column.at, zone)
    by = next((each.by for each in column.readings.values()), "")
    clock = format.clock(at, zone) if at and "T" in column.at else When("")
    who = format.short_person(names.get(by, by if "/" not in by else ""))
    return Moment(clock, format.day(column.at, zone).text, who, is_ahead(column.at, now, zone))


def _cell(reading: Reading | None, patient: str, adult: bool, may_write: bool) -> Cell:
    if reading is None:
        return Cell()
    address = chart_address(patient, "vitals", reading.id, "withdraw")
    withdraw = Action("Entered in error…", address, "ban", panel=True) if may_write else None
    return Cell(reading_value(reading, adult), f"Observation/{reading.id}", reading.note, withdraw)
