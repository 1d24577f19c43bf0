"""One resource against one parameter, alone: nothing here looks at another resource."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions import SearchParam, definitions
from osler.store.reference.asked import read_prefix, split, unescape
from osler.store.reference.codes import codes, matches_code, matches_of_type
from osler.store.reference.links import matches_identifier, matches_link, target
from osler.store.reference.nodes import Node
from osler.store.reference.numbers import amounts, matches_amount
from osler.store.reference.paths import evaluate
from osler.store.reference.spans import DATE_RULES, Span, date_span, near_date
from osler.store.reference.text import plain, texts

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads and compares values for one database: its zone, its own address, and the moment of the search."""

    zone: tzinfo
    now: datetime
    base_url: str = ""

    def values(self, resource: Resource, code: str) -> list[Node]:
        """Every node the parameter reads in the resource."""
        return evaluate(self._param(resource["resourceType"], code).expression, resource)

    def present(self, resource: Resource, code: str) -> bool:
        param = self._param(resource["resourceType"], code)
        return any(self.usable(param.type, node) for node in evaluate(param.expression, resource))

    def usable(self, kind: str, node: Node) -> bool:
        """Something of this kind can be read in the node: an empty concept or a broken period is no value."""
        return node.value not in ({}, [], "")

    def matches(self, resource: Resource, code: str, modifier: str, written: str) -> bool:
        """True when any alternative fits any value; `:not` when none does."""
        if modifier == "missing":
            return self.present(resource, code) != (written == "true")
        if modifier == "not":
            return not self.matches(resource, code, "", written)
        param = self._param(resource["resourceType"], code)
        if param.type == "composite":
            return any(self._composite(resource, param, value) for value in split(written, ","))
        nodes = evaluate(param.expression, resource)
        kinds = param.targets or tuple(definitions().resource_types)
        return any(
            self.fits(param.type, node, modifier, value, kinds) for value in split(written, ",") for node in nodes
        )

    def _param(self, kind: str, code: str) -> SearchParam:
        params = definitions().search_params(kind)
        if code not in params:
            raise Invalid(f"{kind} has no search parameter {code}.")
        return params[code]

    def fits(self, kind: str, node: Node, modifier: str, value: str, kinds: tuple[str, ...]) -> bool:
        if kind == "token":
            return self._token(node, modifier, value)
        if kind == "reference":
            return self._reference(node, modifier, value, kinds)
        if kind == "string":
            return any(_text_fits(text, modifier, unescape(value)) for text in texts(node))
        if kind in ("number", "quantity"):
            return any(matches_amount(amount, value) for amount in amounts(node))
        if kind == "date":
            return any(self._date(span, value) for span in self.spans(node))
        if kind == "uri":
            return node.value == unescape(value)
        raise Invalid(f"A {kind} parameter cannot be searched.")

    def _token(self, node: Node, modifier: str, value: str) -> bool:
        if modifier == "of-type":
            return matches_of_type(node, value)
        return any(matches_code(code, value) for code in codes(node))

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

    def spans(self, node: Node) -> list[Span]:
        """The spans of time in a date, dateTime, instant, Period or Timing."""
        if isinstance(node.value, str):
            return [date_span(node.value, self.zone)]
        return self._timing(node) if node.type == "Timing" else self._period(node.held)

    def _period(self, held: dict[str, Any]) -> list[Span]:
        ends = [date_span(held[name], self.zone) if name in held else None for name in ("start", "end")]
        if ends == [None, None]:
            return []
        return [Span(ends[0] and ends[0].lo, ends[1] and ends[1].hi)]

    def _timing(self, node: Node) -> list[Span]:
        """Only the outer limits of a schedule count."""
        inner = [date_span(event, self.zone) for event in node.held.get("event", [])]
        inner += self._period(node.held.get("repeat", {}).get("boundsPeriod", {}))
        if not inner:
            return []
        los, his = [span.lo for span in inner], [span.hi for span in inner]
        return [Span(None if None in los else min(los), None if None in his else max(his))]

    def _composite(self, resource: Resource, param: SearchParam, written: str) -> bool:
        """Some one place in the resource fits every component."""
        parts = split(written, "$")
        if len(parts) != len(param.components):
            raise Invalid(f"{param.code} takes {len(param.components)} values.")
        return any(self._components(resource, param, place, parts) for place in evaluate(param.expression, resource))

    def _components(self, resource: Resource, param: SearchParam, place: Node, parts: list[str]) -> bool:
        for (code, expression), part in zip(param.components, parts, strict=True):
            inner = self._param(resource["resourceType"], code)
            nodes = evaluate(expression, resource, start=place)
            if not any(self.fits(inner.type, n, "", part, inner.targets) for n in nodes):
                return False
        return True


def _text_fits(held: str, modifier: str, asked: str) -> bool:
    if modifier == "exact":
        return held == asked
    if modifier == "contains":
        return plain(asked) in plain(held)
    return plain(held).startswith(plain(asked))
