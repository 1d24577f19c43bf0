"""The present, and parts of dates and times."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import gives_items
from osler.fhir.path.nodes import EMPTY, Items
from osler.fhir.path.temporal import Temporal, from_datetime
from osler.fhir.path.values import single


@gives_items("now")
def _now(items: Items, env: Environment) -> Items:
    return [from_datetime(env.moment())]


@gives_items("today")
def _today(items: Items, env: Environment) -> Items:
    return [Temporal("Date", from_datetime(env.moment()).fields[:3])]


@gives_items("timeOfDay")
def _time_of_day(items: Items, env: Environment) -> Items:
    return [Temporal("Time", from_datetime(env.moment()).fields[3:], 3)]


def _part(name: str, read: Callable[[Temporal], object]) -> None:
    @gives_items(name)
    def _read(items: Items, env: Environment) -> Items:
        value = single(items, f"{name}()")
        if value is None:
            return EMPTY
        if type(value) is not Temporal:
            fail(f"{name}() takes a date or time")
        found = read(value)
        return EMPTY if found is None else [found]


def _field(place: int) -> Callable[[Temporal], int | None]:
    def read(value: Temporal) -> int | None:
        at = place - 3 if value.kind == "Time" else place
        return int(value.fields[at]) if 0 <= at < len(value.fields) else None

    return read


def _millisecond(value: Temporal) -> int | None:
    second = value.fields[-1]
    return int(second * 1000) % 1000 if value.digits else None


def _offset(value: Temporal) -> Decimal | None:
    return None if value.offset is None else Decimal(value.offset) / 60


def _date_part(value: Temporal) -> Temporal | None:
    return None if value.kind == "Time" else Temporal("Date", value.fields[:3])


def _time_part(value: Temporal) -> Temporal | None:
    clock = value.fields if value.kind == "Time" else value.fields[3:]
    return Temporal("Time", clock, value.digits) if clock else None


for _place, _name in enumerate(("yearOf", "monthOf", "dayOf", "hourOf", "minuteOf", "secondOf")):
    _part(_name, _field(_place))
_part("millisecondOf", _millisecond)
_part("timezoneOffsetOf", _offset)
_part("dateOf", _date_part)
_part("timeOf", _time_part)
