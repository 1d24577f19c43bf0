"""`_filter`, read again for every resource: words, then terms joined from left to right (R4 search_filter.html)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.store.reference.matching import Resource
from osler.store.reference.text import plain, texts

if TYPE_CHECKING:
    from osler.store.reference.store import ReferenceStore

_TERM = re.compile(r'\s*([A-Za-z_][\w\-]*)\s+([a-z]{2})\s+("(?:[^"\\]|\\.)*"|[^\s,)\]]+)')
_STEP = re.compile(r"\s*([A-Za-z_][\w\-]*)\s*(?=[.\[])")
_AS_MODIFIER = {"in": ":in", "ss": ":below", "sb": ":above"}


class Filter:
    """One text over one resource at a time; `rest` is what is still to be read."""

    def __init__(self, store: ReferenceStore, text: str) -> None:
        self.store, self.text = store, text

    def holds(self, resource: Resource) -> bool:
        found, rest = self._expression(resource, self.text)
        if rest.strip():
            raise Invalid("The filter goes on where it should end.")
        return found

    def _expression(self, resource: Resource, rest: str) -> tuple[bool, str]:
        found, rest = self._operand(resource, rest)
        while joined := re.match(r"\s*(and|or)\b", rest):
            right, rest = self._operand(resource, rest[joined.end() :])
            found = (found and right) if joined[1] == "and" else (found or right)
        return found, rest

    def _operand(self, resource: Resource, rest: str) -> tuple[bool, str]:
        if denied := re.match(r"\s*not\s*(?=\()", rest):
            found, rest = self._operand(resource, rest[denied.end() :])
            return not found, rest
        if opened := re.match(r"\s*\(", rest):
            found, rest = self._expression(resource, rest[opened.end() :])
            return found, _closed(rest, ")")
        return self._path(resource, rest)

    def _path(self, resource: Resource, rest: str) -> tuple[bool, str]:
        if (step := _STEP.match(rest)) is None:
            return self._term(resource, rest)
        after, found = "", False
        kind = resource["resourceType"]
        possible = definitions().search_params(kind)[step[1]].targets
        for key in [*self.store.reader.targets(resource, step[1]), None]:
            end = self.store.resources.get(key) if key and key[0] in possible else None
            try:
                fits, left = self._at(end, rest[step.end() :])
            except Invalid:
                continue
            after, found = left, found or fits
        return found, after

    def _at(self, end: Resource | None, rest: str) -> tuple[bool, str]:
        """The rest of a path at its end; without one only how far it reaches."""
        fits = end is not None
        if opened := re.match(r"\s*\[", rest):
            inside = _matching(rest, opened.end())
            if end is not None:
                fits, left = self._expression(end, rest[opened.end() : inside])
                if left.strip():
                    raise Invalid("Something is left in the brackets.")
            rest = rest[inside + 1 :]
        rest = _closed(rest, ".")
        if end is None:
            whole = re.match(
                r'\s*(?:[\w\-]+\s*(?:\[[^\]]*\])?\s*\.\s*)*[\w\-]+\s+[a-z]{2}\s+("(?:[^"\\]|\\.)*"|[^\s,)\]]+)', rest
            )
            return False, rest[whole.end() :] if whole else rest
        more, rest = self._path(end, rest)
        return fits and more, rest

    def _term(self, resource: Resource, rest: str) -> tuple[bool, str]:
        term = _TERM.match(rest)
        if term is None:
            raise Invalid("A term is: parameter operator value.")
        code, operator, value = term[1], term[2], term[3]
        if value.startswith('"'):
            value = str(json.loads(value))
        return self._compare(resource, code, operator, value), rest[term.end() :]

    def _compare(self, resource: Resource, code: str, operator: str, value: str) -> bool:
        param = definitions().search_params(resource["resourceType"]).get(code)
        if param is None:
            raise Invalid("No such parameter.")
        reader = self.store.reader
        if operator == "pr":
            return reader.present(resource, code) == (value == "true")
        if param.type == "string":
            held = [plain(text) for node in reader.values(resource, code) for text in texts(node)]
            wanted = plain(value)
            if operator == "sw":
                return self.store.fits(resource, code, value.replace("\\", "\\\\").replace(",", "\\,"))
            same = any(_hits(operator, text, wanted) for text in held)
            return bool(reader.values(resource, code)) and not same if operator == "ne" else same
        item = value.replace(",", "\\,")
        if operator == "po":
            return reader.overlaps(resource, code, item)
        if param.type in ("date", "number", "quantity"):
            return self.store.fits(resource, code, operator + item)
        if operator == "ne":
            there = code == "_id" or reader.present(resource, code)
            return there and not self.store.fits(resource, code, item)
        return self.store.fits(resource, code + _AS_MODIFIER.get(operator, ""), item)


def _hits(operator: str, text: str, wanted: str) -> bool:
    if operator == "co":
        return wanted in text
    return text.endswith(wanted) if operator == "ew" else text == wanted


def _closed(rest: str, sign: str) -> str:
    rest = rest.lstrip()
    if not rest.startswith(sign):
        raise Invalid(f"{sign} is missing.")
    return rest[1:]


def _matching(text: str, at: int) -> int:
    """Where the bracket that was opened closes."""
    depth, quoted = 1, False
    while at < len(text):
        if text[at] == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"[": 1, "]": -1}.get(text[at], 0)
            if not depth:
                return at
        at += 1
    raise Invalid("A bracket is not closed.")
