"""One resource against one parameter, alone: nothing here looks at another resource."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.terminology import Codes
from osler.store.reference.above import url_is
from osler.store.reference.asked import alternatives, read_prefix, split, unescape
from osler.store.reference.codes import Code, codes, matches_code, matches_of_type
from osler.store.reference.links import Key, matches_identifier, matches_link, target
from osler.store.reference.nodes import Node
from osler.store.reference.numbers import amounts, matches_amount
from osler.store.reference.paths import evaluate
from osler.store.reference.spans import DATE_RULES, EARLIEST, LATEST, Span, date_span, near_date
from osler.store.reference.text import beginnings, plain, same, texts
from osler.store.reference.words import begins_a_word, beside

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads and compares values for one database: its zone, its own address, and the moment of the search."""

    zone: tzinfo
    now: datetime
    base_url: str = ""
    terms: Codes | None = None
    """Answers `:in`, `:above` and `:below`."""

    def values(self, resource: Resource, code: str) -> list[Node]:
        """Every node the parameter reads in the resource."""
        return evaluate(self._param(resource["resourceType"], code).expression, resource)

    def targets(self, resource: Resource, code: str) -> list[Key]:
        """Where the references that the parameter reads lead on this server."""
        keys = [target(node, self.base_url) for node in self.values(resource, code)]
        return [key for key in keys if key]

    def present(self, resource: Resource, code: str) -> bool:
        param = self._param(resource["resourceType"], code)
        return bool(evaluate(param.expression, resource))

    def matches(self, resource: Resource, code: str, modifier: str, written: str) -> bool:
        """True when any alternative fits any value; `:not` when none does."""
        if modifier == "missing":
            return self.present(resource, code) != (written == "true")
        if modifier in ("not", "not-in"):
            return not self.matches(resource, code, modifier.removeprefix("not").removeprefix("-"), written)
        param = self._param(resource["resourceType"], code)
        if param.type == "composite":
            return any(self._composite(resource, param, value) for value in alternatives(written))
        nodes = evaluate(param.expression, resource)
        kinds = param.targets or tuple(definitions().resource_types)
        return any(self.fits(param, node, modifier, value, kinds) for value in alternatives(written) for node in nodes)

    def _param(self, kind: str, code: str) -> SearchParam:
        params = definitions().search_params(kind)
        if code not in params:
            raise Invalid(f"{kind} has no search parameter {code}.")
        return params[code]

    def fits(self, param: SearchParam, node: Node, modifier: str, value: str, kinds: tuple[str, ...]) -> bool:
        kind = _read_as(param.type, node)
        if modifier in ("above", "below") and kind in ("uri", "reference"):
            held = {node.value}
            if kind == "reference" or node.type == "canonical":
                whole = node.value.partition("#")[0]
                held = {whole, whole.partition("|")[0]}
            return any(url_is(each, value, above=modifier == "above") for each in held)
        if kind == "token":
            return self._token(node, modifier, value)
        if kind == "reference":
            return self._reference(node, modifier, value, kinds)
        if kind == "string":
            return _text(node, modifier, unescape(value), param.code == "family")
        if kind in ("number", "quantity"):
            return any(matches_amount(amount, value) for amount in amounts(node))
        if kind == "date":
            return any(self._date(span, value) for span in self.spans(node))
        if kind == "uri":
            return unescape(value) in (node.value, node.value.partition("|")[0] if node.type == "canonical" else None)
        raise Invalid(f"A {kind} parameter cannot be searched.")

    def _token(self, node: Node, modifier: str, value: str) -> bool:
        if modifier == "of-type":
            return matches_of_type(node, value)
        if modifier == "text":
            return any(begins_a_word(text, plain(unescape(value))) for text in beside(node))
        if modifier in ("in", "above", "below"):
            return any(self._meant(modifier, code, value) for code in codes(node))
        return any(matches_code(code, value) for code in codes(node))

    def _meant(self, modifier: str, held: Code, value: str) -> bool:
        """By the terminology; where an element has no system, its codes are taken to be of the right one."""
        assert self.terms is not None
        if modifier == "in":
            pairs = self.terms.members(unescape(value)) or ()
        else:
            system, code = (unescape(part) for part in split(value, "|"))
            related = self.terms.below if modifier == "below" else self.terms.above
            pairs = [(system, each) for each in related(system, code) or ()]
        return any(held.code == code and held.system in (system, None) for system, code in pairs)

    def _reference(self, node: Node, modifier: str, value: str, kinds: tuple[str, ...]) -> bool:
        if modifier == "identifier":
            return matches_identifier(node, value)
        if modifier:
            key = target(node, self.base_url)
            return key is not None and key[0] == modifier and matches_link(node, value, self.base_url, (modifier,))
        return matches_link(node, value, self.base_url, kinds)

    def _date(self, held: Span, value: str) -> bool:
        prefix, written = read_prefix(unescape(value))
        asked = date_span(written, self.zone)
        return DATE_RULES[prefix](near_date(asked, self.now) if prefix == "ap" else asked, held)

    def overlaps(self, resource: Resource, code: str, value: str) -> bool:
        asked = date_span(unescape(value), self.zone)
        held = [span for node in self.values(resource, code) for span in self.spans(node)]
        return any(span.lo < asked.hi and asked.lo < span.hi for span in held)

    def spans(self, node: Node) -> list[Span]:
        """The spans of time in a date, dateTime, instant, Period or Timing; an Age or a text has none."""
        if node.type in ("date", "dateTime", "instant"):
            return [date_span(node.value, self.zone)]
        return {"Timing": self._timing, "Period": self._period}.get(node.type, _nothing)(node.held)

    def _period(self, held: dict[str, Any]) -> list[Span]:
        start, end = (date_span(held[name], self.zone) if name in held else None for name in ("start", "end"))
        if start and end and end.hi <= start.lo:
            end = start
        return [Span(start.lo if start else EARLIEST, end.hi if end else LATEST)] if start or end else []

    def _timing(self, held: dict[str, Any]) -> list[Span]:
        """Only the outer limits of a schedule count."""
        inner = [date_span(event, self.zone) for event in held.get("event", [])]
        inner += self._period(held.get("repeat", {}).get("boundsPeriod", {}))
        if not inner:
            return []
        return [Span(min(span.lo for span in inner), max(span.hi for span in inner))]

    def _composite(self, resource: Resource, param: SearchParam, written: str) -> bool:
        """Some one place in the resource fits every component."""
        parts = split(written, "$")
        if len(parts) != len(param.components):
            raise Invalid(f"{param.code} takes {len(param.components)} values.")
        return any(self._components(resource, param, place, parts) for place in evaluate(param.expression, resource))

    def _components(self, resource: Resource, param: SearchParam, place: Node, parts: list[str]) -> bool:
        for (code, expression), part in zip(param.components, parts, strict=True):
            inner = self._param(resource["resourceType"], code)
            nodes = evaluate(_widened(code, expression, place), resource, start=place)
            if not any(self.fits(inner, n, "", part, inner.targets) for n in nodes):
                return False
        return True


def _widened(code: str, expression: str, place: Node) -> str:
    """At the root a composite takes its value as the parameter on its own does, sampled data too."""
    sampled = code.endswith("value-quantity") and place.type == "Observation"
    return f"{expression} | value.as(SampledData)" if sampled else expression


def _read_as(kind: str, node: Node) -> str:
    """R4 names the two parts of DocumentReference.relationship the wrong way round: there the datatype decides."""
    if kind == "token" and node.type == "Reference":
        return "reference"
    if kind == "reference" and node.type == "code":
        return "token"
    return kind


def _text(node: Node, modifier: str, asked: str, family: bool) -> bool:
    if modifier == "exact":
        return any(same(text, asked) for text in texts(node))
    wanted = plain(asked)
    if not wanted:
        raise Invalid("Nothing is left to search for.")
    if modifier == "contains":
        return any(wanted in plain(text) for text in texts(node))
    return any(text.startswith(wanted) for text in beginnings(node, family))


def _nothing(held: dict[str, Any]) -> list[Span]:
    return []
