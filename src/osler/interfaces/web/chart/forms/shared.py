"""What all charting forms share: the hidden fields, reading of days and times, and errors beside their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeVar

from osler.access.sessions import csrf_token
from osler.core.errors import Fault, Invalid
from osler.core.ids import is_id, new_id
from osler.interfaces.web.components.reading import read_clock, read_day
from osler.interfaces.web.desk import Desk
from osler.workflows.charting.actions import Doubtful

Found = TypeVar("Found")
FORM = "_form"
"""Names one rendering of a form: sent twice, it is written once."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form was filled with, and what is wrong with it, by field."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    error: str = ""
    """What is wrong with the whole."""
    doubtful: bool = False
    """Nothing is wrong, but some of it is unusual: the person may say that it is right."""

    def value(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def wrong(self, name: str) -> str:
        return self.errors.get(name, "")


EMPTY = Typed({}, {})


def typed(desk: Desk, error: Invalid | None = None, message: str = "") -> Typed:
    """What was posted, with the errors it met."""
    values = {name: value for name, value in (desk.typed or {}).items() if isinstance(value, str)}
    errors: dict[str, str] = {}
    for fault in error.faults if error else ():
        if fault.path:
            errors.setdefault(fault.path, fault.message)
    whole = message or (error.message if error and not errors else "")
    return Typed(values, errors, whole, isinstance(error, Doubtful))


def hidden(desk: Desk, filled: Typed) -> tuple[tuple[str, str], ...]:
    """The same form keeps its name however often it is shown again."""
    kept = filled.value(FORM)
    return ((FORM, kept if is_id(kept) else new_id()), ("_csrf", csrf_token(desk.cookie)))


def form_name(desk: Desk) -> str:
    given = desk.value(FORM)
    return given if is_id(given) else ""


class Reader:
    """Reads fields one after the other and gathers what is wrong, so that all of it is said at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.faults: list[Fault] = []

    def wrong(self, name: str, message: str) -> None:
        self.faults.append(Fault(message, name))

    def required(self, name: str, message: str) -> str:
        value = self._desk.value(name)
        if not value:
            self.wrong(name, message)
        return value

    def text(self, name: str, longest: int = 300) -> str:
        value = self._desk.value(name)
        if len(value) > longest:
            self.wrong(name, f"At most {longest} characters.")
        return value[:longest]

    def choice(self, name: str, options: Iterable[str], default: str = "") -> str:
        value = self._desk.value(name) or default
        if value not in options:
            self.wrong(name, "Choose one of these.")
        return value

    def day(self, name: str, *, past: bool = True) -> str:
        """A day as FHIR writes it, as precise as it was written; empty when nothing was."""
        value = self._desk.value(name)
        found = self._read(name, value, read_day) if value else ""
        if found and past and found > self._desk.local.date().isoformat()[: len(found)]:
            self.wrong(name, "This day is still to come.")
        return found or ""

    def moment(self, day: str, clock: str, zone: tzinfo) -> datetime | None:
        """Day and time of day together, not in the future."""
        on = self._read(day, self._desk.value(day), read_day)
        at = self._read(clock, self._desk.value(clock), read_clock)
        if not on or at is None:
            return None
        if len(on) != 10:
            self.wrong(day, "Write the whole day, as 14-Mar-2026.")
            return None
        moment = datetime.fromisoformat(on).replace(hour=at.hour, minute=at.minute, tzinfo=zone)
        if moment.timestamp() > self._desk.now.timestamp() + 60:
            self.wrong(clock, "This time is still to come.")
        return moment

    def _read(self, name: str, value: str, read: Callable[[str], Found]) -> Found | None:
        try:
            return read(value)
        except ValueError as error:
            self.wrong(name, f"{error}.")
            return None

    def done(self) -> None:
        """Raises Invalid with everything that is wrong."""
        if self.faults:
            raise Invalid("Not saved. Please look at:", faults=tuple(self.faults))
