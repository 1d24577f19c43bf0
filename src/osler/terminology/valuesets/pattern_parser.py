"""From the text of a regular expression to a machine of states (Thompson's construction)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Test = Callable[[str], bool]

END = 0
LONGEST = 500
DEEPEST = 40
MOST_STATES = 600
_REPEATS = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "w": lambda c: c.isalnum() or c == "_",
    "s": str.isspace,
    "D": lambda c: not c.isdecimal(),
    "W": lambda c: not (c.isalnum() or c == "_"),
    "S": lambda c: not c.isspace(),
}


@dataclass(slots=True)
class Machine:
    """States are numbers, 0 the accepting one. `arrows` read a character, `leaps` do not."""

    start: int = 0
    arrows: dict[int, tuple[Test, int]] = field(default_factory=dict[int, tuple[Test, int]])
    leaps: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    size: int = 1
    built: int = 0

    def new(self) -> int:
        if self.size >= MOST_STATES:
            raise ValueError("it repeats too much")
        self.size += 1
        return self.size - 1

    def built_again(self) -> None:
        """Repetitions of nothing make no states, but take time all the same."""
        self.built += 1
        if self.built > 10 * MOST_STATES:
            raise ValueError("it repeats too much")

    def leap(self, source: int, *targets: int) -> None:
        self.leaps.setdefault(source, []).extend(targets)


def parse(text: str) -> Machine:
    """Raises ValueError with what is wrong."""
    if len(text) > LONGEST:
        raise ValueError(f"it has more than {LONGEST} characters")
    reader = _Reader(text)
    build = reader.alternatives(0)
    if reader.at < len(text):
        raise ValueError("a closing parenthesis has no opening one")
    machine = Machine()
    machine.start = build(machine, END)
    return machine


Build = Callable[[Machine, int], int]
"""Adds its states to a machine so that they lead to the given one, and gives the state to begin with. Repetition calls it
several times."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        if self.at >= len(self.text):
            raise ValueError("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def alternatives(self, depth: int) -> Build:
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        choices = [self._sequence(depth)]
        while self._peek() == "|":
            self.at += 1
            choices.append(self._sequence(depth))
        return choices[0] if len(choices) == 1 else _either(choices)

    def _sequence(self, depth: int) -> Build:
        if depth == 0 and self._peek() == "^":
            self.at += 1
        parts: list[Build] = []
        while (each := self._peek()) and each not in "|)":
            if depth == 0 and each == "$" and self.text[self.at + 1 : self.at + 2] in ("", "|"):
                self.at += 1
                break
            parts.append(self._repeated(self._item(depth)))
        return _in_turn(parts)

    def _item(self, depth: int) -> Build:
        each = self._take()
        if each == "(":
            return self._group(depth)
        if each == "[":
            return _one(self._set())
        if each == "\\":
            return _one(self._escape())
        if each in "^$":
            raise ValueError("^ and $ may only stand at the ends")
        if each in "?*+{":
            raise ValueError(f"there is nothing to repeat before {each}")
        return _one((lambda c: c not in "\r\n") if each == "." else each.__eq__)

    def _group(self, depth: int) -> Build:
        if self._peek() == "?":
            if not self.text.startswith("?:", self.at):
                raise ValueError("only plain groups and (?:…) are understood")
            self.at += 2
        inner = self.alternatives(depth + 1)
        if self.at >= len(self.text) or self._take() != ")":
            raise ValueError("a parenthesis is not closed")
        return inner

    def _repeated(self, build: Build) -> Build:
        while (each := self._peek()) and each in "?*+{":
            self.at += 1
            low, high = _REPEATS[each] if each != "{" else self._bounds()
            build = _repeat(build, low, high)
        return build

    def _bounds(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        words = self.text[self.at : end].split(",") if end > 0 else []
        if not (1 <= len(words) <= 2 and words[0].isdecimal() and all(not each or each.isdecimal() for each in words)):
            raise ValueError("{ must begin a number of repetitions")
        self.at = end + 1
        low, high = int(words[0]), int(words[-1]) if words[-1] else None
        if max(low, high or 0) > MOST_STATES or (high is not None and high < low):
            raise ValueError("it repeats too much, or fewer times at most than at least")
        return low, high

    def _escape(self) -> Test:
        each = self._take()
        if each in _CLASSES:
            return _CLASSES[each]
        return self._escaped(each).__eq__

    def _escaped(self, each: str) -> str:
        if each in "ux":
            return chr(int("".join(self._take() for _ in range(4 if each == "u" else 2)), 16))
        if each in _CONTROLS:
            return _CONTROLS[each]
        if each.isalnum():
            raise ValueError(f"\\{each} is not understood")
        return each

    def _set(self) -> Test:
        tests: list[Test] = []
        negated = self._peek() == "^"
        self.at += negated
        while (each := self._take()) != "]" or not tests:
            if each == "\\":
                each = self._take()
                if each in _CLASSES:
                    tests.append(_CLASSES[each])
                    continue
                each = self._escaped(each)
            tests.append(self._range(each))
        return (lambda c: not any(test(c) for test in tests)) if negated else (lambda c: any(test(c) for test in tests))

    def _range(self, low: str) -> Test:
        if self._peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("", "]"):
            return low.__eq__
        self.at += 1
        high = self._take()
        if high == "\\":
            high = self._escaped(self._take())
        if high < low:
            raise ValueError("a range ends before it begins")
        return lambda c: low <= c <= high


def _one(test: Test) -> Build:
    def build(machine: Machine, to: int) -> int:
        state = machine.new()
        machine.arrows[state] = (test, to)
        return state

    return build


def _in_turn(parts: list[Build]) -> Build:
    def build(machine: Machine, to: int) -> int:
        for part in reversed(parts):
            to = part(machine, to)
        return to

    return build


def _either(choices: list[Build]) -> Build:
    def build(machine: Machine, to: int) -> int:
        state = machine.new()
        machine.leap(state, *(choice(machine, to) for choice in choices))
        return state

    return build


def _repeat(part: Build, low: int, high: int | None) -> Build:
    def build(machine: Machine, to: int) -> int:
        if high is None:
            loop = machine.new()
            machine.leap(loop, to, part(machine, loop))
            to = loop
        for _ in range((high or low) - low):
            machine.built_again()
            state = machine.new()
            machine.leap(state, to, part(machine, to))
            to = state
        for _ in range(low):
            machine.built_again()
            to = part(machine, to)
        return to

    return build
