"""Slicing (https://hl7.org/fhir/R4/profiling.html#slicing): which items are of which slice, how many, in what order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from osler.fhir.definitions import Element
from osler.fhir.definitions.profiles import Profile, Slicing
from osler.fhir.validate.cardinality import check_count
from osler.fhir.validate.discriminators import Matches, discriminator
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Item
from osler.fhir.validate.rules import said_by
from osler.fhir.validate.run import Run
from osler.fhir.validate.tree import Node

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks

_BY_URL = Slicing((("value", "url"),), "open")
_BY_TYPE = Slicing((("type", "$this"),), "open")
_BY_CONTENT = Slicing((), "open")


class Slice:
    """One slice: whose it is to say which items are its own, and what it asks of those."""

    __slots__ = ("_by_type", "_checks", "_node", "_profile", "matches", "name", "slices", "told")

    def __init__(self, name: str, node: Node, matches: list[Matches], profile: Profile, checks: Checks) -> None:
        self.name, self._node, self._profile, self._checks = name, node, profile, checks
        self.matches = _all(matches) if matches else self._by_content
        self.told = said_by(profile, node.rule.id)
        self._by_type: dict[str, Callable[..., None]] = {}
        self.slices: Slices | None = None

    @property
    def low(self) -> int:
        return self._node.rule.min

    @property
    def high(self) -> int | None:
        return self._node.rule.max

    def check(self, item: Item, run: Run) -> None:
        type_ = item.value.get("resourceType", "") if isinstance(item.value, dict) else ""
        key = f"{item.element.name} {type_}"
        check = self._by_type.get(key)
        if check is None:
            check = self._by_type[key] = self._checks.node(self._node, item, self._profile)
        check(item.value, item.sibling, item.path, run)

    def _by_content(self, item: Item, run: Run) -> bool | None:
        """Without a discriminator, an item is of a slice when it fulfills all of it."""
        return self._checks.passes(self.check, item, run)


class Slices:
    """All slices of one element."""

    __slots__ = ("_ordered", "_rules", "_slices", "_told")

    def __init__(self, slices: list[Slice], slicing: Slicing, told: str) -> None:
        self._slices, self._rules, self._ordered, self._told = slices, slicing.rules, slicing.ordered, told

    def __call__(self, items: list[Item], path: Path, run: Run) -> None:
        """`path` is that of the element, without an index."""
        run.spend(len(items) * len(self._slices))
        taken: list[list[Item]] = [[] for _ in self._slices]
        unsure: set[int] = set()
        last, ended = -1, False
        for item in items:
            position = self._position(item, run, unsure)
            if position is None:
                ended = True
                if self._rules == "closed" and not unsure:
                    run.add(item.path, "structure", "Only what the slices describe is allowed here.", self._told)
                continue
            if ended and self._rules == "openAtEnd":
                run.add(item.path, "structure", "What no slice describes has to come last.", self._told)
            if self._ordered and position < last:
                run.add(item.path, "structure", "The slices are in another order than the definition's.", self._told)
            last = max(last, position)
            taken[position].append(item)
        for position, slice_ in enumerate(self._slices):
            self._check_slice(slice_, taken[position], path, run, is_unsure=position in unsure)

    def _position(self, item: Item, run: Run, unsure: set[int]) -> int | None:
        for position, slice_ in enumerate(self._slices):
            answer = slice_.matches(item, run)
            if answer:
                return position
            if answer is None:
                unsure.add(position)
        return None

    def _check_slice(self, slice_: Slice, items: list[Item], path: Path, run: Run, *, is_unsure: bool) -> None:
        """Where it cannot be told whether an item is of a slice, none is asked for."""
        check_count(len(items), 0 if is_unsure else slice_.low, slice_.high, path, run, slice_.told)
        for item in items:
            slice_.check(item, run)
        if slice_.slices:
            slice_.slices(items, path, run)


def slices_of(node: Node, elements: tuple[Element, ...], profile: Profile, checks: Checks) -> Slices:
    slicing = node.rule.slicing or _implied(node)
    slices = []
    for name, sliced in node.slices.items():
        matches = [
            discriminator(kind, path, name, sliced, elements, profile, checks) for kind, path in slicing.discriminators
        ]
        slice_ = Slice(name, sliced, matches, profile, checks)
        if sliced.slices:
            slice_.slices = slices_of(sliced, elements, profile, checks)
        slices.append(slice_)
    return Slices(slices, slicing, said_by(profile, node.rule.id))


def _implied(node: Node) -> Slicing:
    """Extensions are always sliced by url, and choices by type, whether that is said or not."""
    name = node.rule.id.rpartition(".")[2].partition(":")[0]
    if name in ("extension", "modifierExtension"):
        return _BY_URL
    return _BY_TYPE if name.endswith("[x]") else _BY_CONTENT


def _all(matches: list[Matches]) -> Matches:
    if len(matches) == 1:
        return matches[0]

    def every(item: Item, run: Run) -> bool | None:
        answers = [each(item, run) for each in matches]
        return False if False in answers else None if None in answers else True

    return every
