"""A set of search parameters that a site has defined, as a value: what they read of a resource, and how they are found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from osler.core.errors import Fault, OslerError
from osler.fhir.definitions import SearchParam
from osler.fhir.path import Environment, Node, Path, Quantity, Temporal, compile_path
from osler.fhir.search.custom.composite import emit_of
from osler.fhir.search.extract import dates, quantities, references, strings, tokens
from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.keys import literal, present
from osler.fhir.search.values import IndexValues, ReferenceValue, StringValue

MOST = 200
"""Parameters, counted for each of their types."""
MOST_OF_A_TYPE = 30
MOST_STEPS = 50_000
"""Work that one parameter may do on one resource: some 0.1 s."""
MOST_WORK = 150_000
"""Work that all of them may do on one resource."""
_SYSTEM_NAMES = {"DateTime": "dateTime", "Date": "date", "Time": "time"}


@lru_cache(maxsize=16)
def readable(kind: str) -> frozenset[str]:
    """Datatypes that a type of search parameter has index values for."""
    readers: dict[str, Iterable[str]] = {
        "token": tokens.READERS,
        "reference": ("Reference", *(name for name in references.OTHER_READERS if name != "Resource")),
        "uri": references.URI_READERS,
        "string": strings.READERS,
        "date": dates.READERS,
        "number": quantities.NUMBER_READERS,
        "quantity": quantities.QUANTITY_READERS,
    }
    return frozenset(readers[kind])


def failed(code: str) -> str:
    """The token that says that the expression could not be evaluated on a resource."""
    return f"{code}:failed"


@dataclass(frozen=True)
class CustomParam:
    """One such parameter of one resource type."""

    source: str
    """Id of the SearchParameter that defines it."""
    param: SearchParam
    datatypes: frozenset[str]
    """What it can read."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Without what is compiled, which other processes compile for themselves."""
        return CustomParam, (self.source, self.param, self.datatypes)

    @property
    def key(self) -> tuple[str, str]:
        return self.param.base, self.param.code

    @cached_property
    def path(self) -> Path:
        return compile_path(self.param.expression)

    @cached_property
    def print(self) -> str:
        """The same as long as it indexes the same."""
        said = (*self.key, self.param.type, self.param.expression, *sorted(self.datatypes))
        said += tuple(word for component in self.param.components for word in component)
        return hashlib.blake2b("\0".join(said).encode(), digest_size=12).hexdigest()

    @cached_property
    def emits(self) -> dict[str, Emit | None]:
        """What to do with an element of each datatype."""
        return {datatype: self._emitter(datatype) for datatype in readable(self.param.type)}

    @cached_property
    def emit_composite(self) -> Emit:
        return emit_of(self.param)

    def _emitter(self, datatype: str) -> Emit | None:
        code = self.param.code
        match self.param.type:
            case "token" if datatype == "ContactPoint" and self.datatypes != {"ContactPoint"}:
                return tokens.keys_emitter(code, _contact_as_written)
            case "token":
                return tokens.emitter(code, datatype)
            case "reference":
                return references.emitter(code, datatype)
            case "uri":
                return references.uri_emitter(code, datatype)
            case "string":
                return strings.emitter(code, datatype)
            case "date":
                return dates.emitter(code, datatype)
            case kind:
                return quantities.emitter(code, datatype, units=kind == "quantity")

    def read(self, env: Environment, sink: Sink) -> None:
        """Adds what it finds. Raises OslerError when the expression fails on the resource, or takes too much work."""
        if self.param.type == "composite":
            self._read_composite(sink)
            return
        for item in self.path.evaluate(sink.resource, env, strict=False):
            datatype, value = _json_of(item)
            if value is None:
                continue
            emit = self.emits.get(datatype)
            if emit is not None:
                emit(value, sink)
            else:
                sink.tokens.add(present(self.param.code))

    def _read_composite(self, sink: Sink) -> None:
        self.emit_composite(sink.resource, sink)
        if sink.tokens or sink.numbers or sink.dates or sink.strings:
            sink.tokens.add(present(self.param.code))  # by which the rows are known that have something of it


@dataclass(frozen=True)
class CustomParams:
    """All that are active at one time, by resource type and code."""

    by_type: dict[str, dict[str, CustomParam]] = field(default_factory=dict[str, dict[str, CustomParam]])

    @classmethod
    def of(cls, found: Iterable[CustomParam]) -> CustomParams:
        """Of two for the same type and code the first; no more than there may be."""
        by_type: dict[str, dict[str, CustomParam]] = {}
        count = 0
        for each in found:
            type_, code = each.key
            own = by_type.setdefault(type_, {})
            if code not in own and len(own) < MOST_OF_A_TYPE and count < MOST:
                own[code] = each
                count += 1
        return cls(by_type)

    def find(self, type_: str, code: str) -> CustomParam | None:
        return self.by_type.get(type_, {}).get(code)

    def all(self) -> list[CustomParam]:
        return [each for own in self.by_type.values() for each in own.values()]

    @property
    def prints(self) -> frozenset[str]:
        """The same for sets that index the same."""
        return frozenset(each.print for each in self.all())

    def clashes(self, found: Iterable[CustomParam]) -> list[Fault]:
        """Why these cannot be added: another SearchParameter has the code, or there are too many."""
        faults: list[Fault] = []
        fresh = [each for each in found if (there := self.find(*each.key)) is None or there.source != each.source]
        for each in fresh:
            type_, code = each.key
            others = [
                one for one in self.by_type.get(type_, {}).values() if one.source != each.source or not each.source
            ]
            if any(one.param.code == code for one in others):
                words = f"Another active SearchParameter has this code for {type_}."
                faults.append(Fault(words, "SearchParameter.code", "business-rule"))
            elif len(others) >= MOST_OF_A_TYPE:
                words = f"There are {MOST_OF_A_TYPE} search parameters for {type_} already; retire one first."
                faults.append(Fault(words, "SearchParameter.base", "business-rule"))
        if fresh and len(self.all()) + len(fresh) > MOST:
            faults.append(Fault(f"There are {MOST} search parameters already.", "SearchParameter", "business-rule"))
        return faults

    def add(self, resource: dict[str, Any], values: IndexValues, *, zone: tzinfo, base_url: str) -> None:
        """Adds what the parameters of the resource's type read of it. One that fails has the token `failed` and no values."""
        own = self.by_type.get(resource["resourceType"])
        if not own:
            return
        left = MOST_WORK
        for each in own.values():
            sink = Sink(resource, zone, base_url)
            env = Environment(resource, zone=zone, resolve=_stub(base_url), steps=min(left, MOST_STEPS))
            try:
                each.read(env, sink)
            except (OslerError, ArithmeticError, ValueError):
                values.tokens.add(failed(each.param.code))
            else:
                _take(sink, values)
            left = max(1, left - (env.steps - max(env.left, 0)))


NONE = CustomParams()


def _take(sink: Sink, values: IndexValues) -> None:
    values.tokens |= sink.tokens
    values.phrases |= sink.phrases
    values.strings += [StringValue(*value) for value in sink.strings if value[1]]
    values.numbers += sink.numbers
    values.dates += sink.dates
    values.references += [ReferenceValue(*key) for key in sink.references]


def _stub(base_url: str) -> Any:
    """For `resolve() is Type`: something of the type that a literal reference names."""

    def resolve(text: str) -> dict[str, Any] | None:
        type_ = literal(text, base_url).type
        return {"resourceType": type_} if type_ else None

    return resolve


def _contact_as_written(contact: dict[str, Any]) -> list[str]:
    value = contact.get("value")
    return tokens.READERS["string"](value) if value else []


def _json_of(item: Any) -> tuple[str, Any]:
    """Datatype and JSON of what an expression gives."""
    match item:
        case Node():
            return item.kind.name, item.value
        case bool():
            return "boolean", item
        case str():
            return "string", item
        case int():
            return "integer", item
        case Temporal():
            return _SYSTEM_NAMES[item.kind], str(item)
        case Quantity():
            return "Quantity", {"value": item.value, "code": item.unit, "system": "http://unitsofmeasure.org"}
        case Decimal():
            return "decimal", item
        case _:
            return "", None
