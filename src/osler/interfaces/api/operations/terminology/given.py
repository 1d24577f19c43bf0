"""The parameters of an operation, from the address of a GET or the Parameters of a POST (R4 operations.html)."""

from __future__ import annotations

from datetime import date
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.datatypes.dates import parse_date_time
from osler.interfaces.api.operations.sent import parameters, value_of
from osler.interfaces.api.request import Request

_ALWAYS = frozenset(("_format", "_pretty", "_summary", "_elements"))
_WORDS = {"true": True, "false": False}


class Given:
    """Values by name, in their order; strings from an address, what JSON says from a body."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    @property
    def names(self) -> list[str]:
        return sorted(self._values)

    def all(self, name: str) -> list[Any]:
        return self._values.get(name, [])

    def one(self, name: str) -> Any:
        """The value, None when it is not given. Raises Invalid for several."""
        found = self.all(name)
        if len(found) > 1:
            raise Invalid(f"{name} may be given once.", path=name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        return self._text(name, self.one(name))

    def texts(self, name: str) -> list[str]:
        return [self._text(name, each) for each in self.all(name)]

    def _text(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Invalid(f"{name} takes a text.", path=name)
        return value.strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.one(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if value not in _WORDS:
            raise Invalid(f"{name} takes true or false.", path=name)
        return _WORDS[value]

    def number(self, name: str) -> int | None:
        """A number from zero up."""
        value = self.one(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9):
            return value
        raise Invalid(f"{name} takes a number from zero up.", path=name)

    def date(self, name: str) -> date | None:
        """The day that a date, with or without a time, begins on."""
        text = self.text(name).replace(" ", "+")
        if not text:
            return None
        try:
            return parse_date_time(text).start.date()
        except ValueError:
            raise Invalid(f"{name} takes a date or a date with a time.", path=name) from None

    def coding(self, name: str) -> dict[str, Any] | None:
        """A Coding; in an address it may be written `system|code`."""
        return self._coding(name, self.one(name))

    def codings(self, name: str) -> list[dict[str, Any]]:
        return [found for each in self.all(name) if (found := self._coding(name, each)) is not None]

    def _coding(self, name: str, value: Any) -> dict[str, Any] | None:
        if isinstance(value, str) and "|" in value:
            system, _, code = value.rpartition("|")
            return {"system": system, "code": code}
        if value is None or (isinstance(value, dict) and _is_coding(value)):
            return value
        raise Invalid(f"{name} takes a Coding.", path=name)

    def concept(self, name: str) -> list[dict[str, Any]]:
        """The codings of a CodeableConcept."""
        value = self.one(name)
        if value is None:
            return []
        if not isinstance(value, dict) or not isinstance(value.get("coding", []), list):
            raise Invalid(f"{name} takes a CodeableConcept.", path=name)
        return value.get("coding", [])

    def resource(self, name: str, type_: str) -> dict[str, Any] | None:
        value = self.one(name)
        if value is None:
            return None
        if not isinstance(value, dict) or value.get("resourceType") != type_:
            raise Invalid(f"{name} takes a {type_}.", path=name)
        return value


async def given(request: Request, known: frozenset[str], name: str) -> Given:
    """What was sent. Raises Invalid for a parameter that the operation does not have, unless `handling=lenient`."""
    values: dict[str, list[Any]] = {}
    for each, value in request.params():
        values.setdefault(each, []).append(value)
    for each in await parameters(request):
        values.setdefault(each.get("name", ""), []).append(_value(each))
    for each in [each for each in values if each not in known]:
        if each not in _ALWAYS and request.prefer.get("handling") != "lenient":
            raise Invalid(f"{name} takes: {', '.join(sorted(known))}.", path="Parameters")
        del values[each]
    request.what = shape(name, request.type, values)
    return Given(values)


def _is_coding(value: dict[str, Any]) -> bool:
    """Parts, which may hold anything, are taken for a Coding too."""
    texts = (value.get(name, "") for name in ("system", "version", "code", "display"))
    return "coding" not in value and all(isinstance(each, str) for each in texts)


def shape(name: str, type_: str, values: dict[str, list[Any]]) -> str:
    """For the audit: the parameters that were used, never their values. All names are the standard's by now."""
    place = f"{type_}/{name}" if type_ != name else name
    return f"{place}?{'&'.join(sorted(values)[:12])}" if values else place


def _value(parameter: dict[str, Any]) -> Any:
    if "resource" in parameter:
        return parameter["resource"]
    if "part" in parameter:
        return {each.get("name", ""): _value(each) for each in parameter["part"]}
    return value_of(parameter)
