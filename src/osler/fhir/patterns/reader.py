"""The text of a regular expression to its parts. Raises Invalid for what cannot be had in bounded work."""

from __future__ import annotations

import re
from typing import NoReturn

from osler.core.errors import Invalid
from osler.fhir.patterns.syntax import Characters, Choice, Group, Part, Place, Repeat, Sequence

MOST_CHARACTERS = 2_000
MOST_REPEATS = 1_000
DEEPEST = 40

_BOUNDS = re.compile(r"\{(\d{1,6})(,(\d{1,6})?)?\}", re.ASCII)
_SIMPLE = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "e": "\x1b", "0": "\0"}
_SETS = "dDwWsS"
_CODE = re.compile(r"u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,5})\}")
_NAMED = re.compile(r"\?P?<[A-Za-z_][A-Za-z0-9_]*>")


def read_pattern(text: str) -> Part:
    """The parts of a pattern."""
    if len(text) > MOST_CHARACTERS:
        refuse(f"it has more than {MOST_CHARACTERS:,} characters")
    reader = _Reader(text)
    found = reader.choice(0)
    if reader.at < len(text):
        refuse("a bracket is closed that was not opened")
    return found


def refuse(reason: str) -> NoReturn:
    raise Invalid(f"The regular expression cannot be used: {reason}.")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0
        self._groups = 0

    def choice(self, depth: int) -> Part:
        if depth > DEEPEST:
            refuse("it is nested too deep")
        parts = [self._sequence(depth)]
        while self._peek() == "|":
            self.at += 1
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _peek(self) -> str:
        return self._text[self.at : self.at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            refuse("it ends too early")
        self.at += 1
        return character

    def _sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while (character := self._peek()) and character not in "|)":
            parts.append(self._repeated(self._single(depth)))
        return Sequence(tuple(parts))

    def _single(self, depth: int) -> Part:
        character = self._take()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return self._set()
        if character == ".":
            return Characters(".")
        if character in "^$":
            return Place(r"\A" if character == "^" else r"\Z")
        if character in "*+?":
            refuse("there is nothing that could be repeated")
        if character != "\\":
            return Characters(re.escape(character))
        following = self._peek()
        if following in ("b", "B"):
            self.at += 1
            return Place("\\" + following)
        return Characters(self._escape())

    def _group(self, depth: int) -> Part:
        number = 0
        if self._peek() != "?":
            self._groups += 1
            number = self._groups
        elif named := _NAMED.match(self._text, self.at):
            self._groups += 1
            number, self.at = self._groups, named.end()
        elif self._text.startswith("?:", self.at):
            self.at += 2
        else:
            refuse("looking ahead or back and options in brackets are not supported")
        inside = self.choice(depth + 1)
        if self._peek() != ")":
            refuse("a bracket is not closed")
        self.at += 1
        return Group(inside, number)

    def _repeated(self, part: Part) -> Part:
        depth = 0
        while bounds := self._bounds():
            least, most = bounds
            if (depth := depth + 1) > DEEPEST:
                refuse("it is nested too deep")
            if (
                isinstance(part, Place)
                or least > MOST_REPEATS
                or (most is not None and not least <= most <= MOST_REPEATS)
            ):
                refuse(f"something is repeated that cannot be, or more than {MOST_REPEATS:,} times")
            lazy = self._peek() == "?"
            if lazy or self._peek() == "+":
                # Holding on to what was matched (`a++`) changes nothing here but speed.
                self.at += 1
            inside = part if isinstance(part, Characters | Group) else Group(part, 0)
            part = Repeat(inside, least, most, lazy)
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        character = self._peek()
        if character and character in _SIMPLE:
            self.at += 1
            return _SIMPLE[character]
        found = _BOUNDS.match(self._text, self.at) if character == "{" else None
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        return least, (least if not found[2] else int(found[3]) if found[3] else None)

    def _set(self) -> Part:
        opened = "["
        if self._peek() == "^":
            self.at += 1
            opened = "[^"
        inside, first = "", True
        while (character := self._take()) != "]" or first:
            inside += self._escape() if character == "\\" else "-" if character == "-" else re.escape(character)
            first = False
        try:
            re.compile(f"{opened}{inside}]")
        except re.error:
            refuse("a set of characters is malformed")
        return Characters(f"{opened}{inside}]")

    def _escape(self) -> str:
        """What follows a backslash, as Python writes it."""
        code = _CODE.match(self._text, self.at)
        if code is not None:
            self.at = code.end()
            return re.escape(chr(int(code[1] or code[2] or code[3], 16)))
        character = self._take()
        if character in _SETS:
            return "\\" + character
        if character in _CONTROLS:
            return re.escape(_CONTROLS[character])
        if character.isalnum():
            refuse("it has an escape that is not supported")
        return re.escape(character)
