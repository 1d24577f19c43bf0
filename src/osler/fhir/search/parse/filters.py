"""`_filter` (https://hl7.org/fhir/R4/search_filter.html): expressions over search parameters as criteria.

`and` and `or` are read from left to right, neither before the other; parentheses say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from osler.core.errors import Invalid, TooCostly
from osler.fhir.search.parse.comparing import comparison
from osler.fhir.search.parse.filter_words import Word, words_of
from osler.fhir.search.parse.reading import Reading, facts_of
from osler.fhir.search.query import Both, Chain, Criterion, Either, Negation, Query

DEEPEST = 12
MOST_TERMS = 100


def criterion(reading: Reading, type: str, value: str, name: str) -> Criterion:
    """The whole expression as one criterion. Invalid says at which character it stops being one."""
    reader = _Reader(reading, words_of(value, name), name)
    found = reader.expression(type)
    reader.end()
    return found


@dataclass(slots=True)
class _Reader:
    reading: Reading
    words: list[Word]
    name: str
    at: int = 0
    depth: int = 0
    terms: int = field(default=0)

    def expression(self, type: str) -> Criterion:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Invalid(f"{self.name} is nested more than {DEEPEST} deep.", path=self.name)
        found = self._operand(type)
        while self._peek() in ("and", "or"):
            joined = self._next()
            right = self._operand(type)
            found = Both((found, right)) if joined.text == "and" else Either((found, right))
        self.depth -= 1
        return found

    def end(self) -> None:
        if self.at < len(self.words):
            raise self._stuck()

    def _operand(self, type: str) -> Criterion:
        if self._peek() == "not" and self._peek(1) == "(":
            self.at += 1
            return Negation(self._group(type))
        return self._group(type) if self._peek() == "(" else self._term(type)

    def _group(self, type: str) -> Criterion:
        self._take("(")
        found = self.expression(type)
        self._take(")")
        return found

    def _term(self, type: str) -> Criterion:
        """`path op value`."""
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise TooCostly(f"{self.name} has more than {MOST_TERMS} comparisons.", path=self.name)
        return self._path(type, self.at)

    def _path(self, type: str, start: int) -> Criterion:
        self.at = start
        code = self._word("name")
        if self._peek() not in ("[", "."):
            return comparison(self.reading, type, code, self._word("name"), self._next(), self.name)
        facts = facts_of(type, code, self.name, self.reading.custom)
        if facts.param.type != "reference" or not facts.literal:
            raise Invalid(f"{self.name}: {code} is no reference; no path goes on from it.", path=self.name)
        self.reading.used.add(f"{type}.{code}")
        return Chain(code, self._targets(facts.param.targets, self.at))

    def _targets(self, types: tuple[str, ...], start: int) -> tuple[Query, ...]:
        """What follows, read for each type that has it; the first fault when none has."""
        found: list[Query] = []
        fault: Invalid | None = None
        end = start
        for type_ in types:
            try:
                where = self._below(type_, start)
            except Invalid as error:
                fault = fault or error
                continue
            self.reading.branch(self.name)
            found.append(Query(type_, where))
            end = self.at
        if not found:
            raise fault or self._stuck()
        self.at = end
        return tuple(found)

    def _below(self, type: str, start: int) -> tuple[Criterion, ...]:
        self.at = start
        depth, terms = self.depth, self.terms
        found: list[Criterion] = []
        try:
            if self._peek() == "[":
                self.at += 1
                found.append(self.expression(type))
                self._take("]")
            self._take(".")
            self.depth += 1
            if self.depth > DEEPEST:
                raise Invalid(f"{self.name} is nested more than {DEEPEST} deep.", path=self.name)
            found.append(self._path(type, self.at))
            return tuple(found)
        finally:
            self.depth, self.terms = depth, max(terms, self.terms)

    def _peek(self, ahead: int = 0) -> str:
        """The sign or bare word that follows; empty for a value in quotes and at the end."""
        place = self.at + ahead
        return self.words[place].text if place < len(self.words) and self.words[place].kind != "string" else ""

    def _next(self) -> Word:
        if self.at >= len(self.words):
            raise self._stuck()
        self.at += 1
        return self.words[self.at - 1]

    def _word(self, kind: str) -> str:
        word = self._next()
        if word.kind != kind:
            self.at -= 1
            raise self._stuck()
        return word.text

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._stuck()
        self.at += 1

    def _stuck(self) -> Invalid:
        place = self.words[self.at].at + 1 if self.at < len(self.words) else "its end"
        return Invalid(f"{self.name} is not understood from character {place} on.", path=self.name)
