"""Reads the terms of UCUM, case-sensitive: prefixes, exponents, products, parentheses, annotations (UCUM §2 to §12)."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from osler.core.errors import Invalid
from osler.fhir.datatypes.unit_scale import Scale

MAX_LENGTH = 400
MAX_NESTING = 20
MAX_FACTOR_DIGITS = 100

# A symbol holds brackets whole (`m[H2O]`, `B[10.nV]`, `%[slope]`); digits outside of them begin its exponent, but in 10* and 10^.
_SYMBOL = re.compile(r"(10[*^]|(?:\[[^\[\]{}\s]*\]|[!-'*,:-Z\\^-z|~]|;)+)([+-]?[0-9]{1,3})?(?![0-9])")
_FACTOR = re.compile(r"[0-9]+")
_ANNOTATION = re.compile(r"\{[!-z|~]*\}")


class Reader:
    """One pass over a term. `symbol` says what a unit symbol stands for."""

    def __init__(self, text: str, symbol: Callable[[str], Scale]) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._symbol = symbol

    def read(self) -> Scale:
        """The whole text as one unit; Invalid says where it stops being one."""
        if not self._text or len(self._text) > MAX_LENGTH:
            raise Invalid("a UCUM unit has one to some hundred characters")
        found = self._term()
        if self._at < len(self._text):
            raise self._stuck()
        return found

    def _term(self) -> Scale:
        # The first component stands for itself, so that a special unit can stand alone.
        found = Scale().times(self._component(), -1) if self._take("/") else self._component()
        while True:
            if self._take("."):
                found = found.times(self._component())
            elif self._take("/"):
                found = found.times(self._component(), -1)
            else:
                return found

    def _component(self) -> Scale:
        if self._take("("):
            found = self._within()
        elif note := _ANNOTATION.match(self._text, self._at):
            self._at = note.end()
            return Scale()
        else:
            found = self._symbol_or_factor()
        if note := _ANNOTATION.match(self._text, self._at):
            self._at = note.end()
        return found

    def _within(self) -> Scale:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise Invalid("the unit's parentheses are nested too deep")
        found = self._term()
        if not self._take(")"):
            raise self._stuck()
        self._depth -= 1
        return found

    def _symbol_or_factor(self) -> Scale:
        if match := _SYMBOL.match(self._text, self._at):
            self._at = match.end()
            return self._symbol(match[1]).to_power(int(match[2] or 1))
        if match := _FACTOR.match(self._text, self._at):
            return self._factor(match)
        raise self._stuck()

    def _factor(self, match: re.Match[str]) -> Scale:
        if len(match[0]) > MAX_FACTOR_DIGITS or not int(match[0]):
            raise Invalid("a number in a unit is neither zero nor of more than a hundred digits")
        self._at = match.end()
        return Scale(Fraction(int(match[0])))

    def _take(self, sign: str) -> bool:
        taken = self._text.startswith(sign, self._at)
        self._at += taken
        return taken

    def _stuck(self) -> Invalid:
        return Invalid(f"not a UCUM unit from character {self._at + 1} on")
