"""Where in a resource the instances of an element of a definition are, slices told apart by what the definition fixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spot:
    """A value in a resource: the object that has it, under which key, at which index if in an array, and the path."""

    owner: dict[str, Any]
    key: str
    index: int | None
    path: str
    """`Patient.name[0].family`"""

    @property
    def value(self) -> Any:
        found = self.owner.get(self.key)
        return found[self.index] if self.index is not None and found is not None else found

    @property
    def element_path(self) -> str:
        return self.path.rpartition("[")[0] if self.index is not None else self.path


class Definition:
    """The elements of one StructureDefinition's snapshot, as published."""

    def __init__(self, published: dict[str, Any]) -> None:
        self.url = published["url"]
        self.type = published["type"]
        self.name = published["id"]
        self.elements = {each["id"].partition(".")[2]: each for each in published["snapshot"]["element"]}

    def children(self, id: str) -> list[str]:
        return [each for each in self.elements if each.startswith(f"{id}.") and "." not in each[len(id) + 1 :]]

    def spots(self, root: dict[str, Any], path: str, id: str) -> list[Spot]:
        """Instances of the element in an object that is an instance of the root."""
        found, walked = [Spot({"": root}, "", None, path)], ""
        for step in id.split("."):
            walked = f"{walked}.{step}" if walked else step
            found = [inner for each in found if isinstance(each.value, dict) for inner in self._step(each, walked)]
        return found

    def _step(self, spot: Spot, id: str) -> list[Spot]:
        name, _, slice_name = id.rpartition(".")[2].partition(":")
        owner, found = spot.value, []
        for key in _keys(owner, name):
            values = owner[key]
            if isinstance(values, list):
                found += [Spot(owner, key, index, f"{spot.path}.{key}[{index}]") for index in range(len(values))]
            else:
                found.append(Spot(owner, key, None, f"{spot.path}.{key}"))
        if not slice_name:
            return found
        if name.endswith("[x]"):
            return [each for each in found if each.key == slice_name]
        return [each for each in found if self.is_of_slice(each.value, id)]

    def is_of_slice(self, value: Any, id: str) -> bool:
        """By every fixed value and pattern at the slice or required inside of it, and by the url of an extension."""
        element = self.elements[id]
        if urls := [
            url for type_ in element.get("type", ()) for url in type_.get("profile", ()) if type_["code"] == "Extension"
        ]:
            return isinstance(value, dict) and value.get("url") in urls
        wanted = [("", _expected(element))]
        inside = [each for each in self.elements if each.startswith(f"{id}.") and self._is_required(each, id)]
        wanted += [(each[len(id) + 1 :], _expected(self.elements[each])) for each in inside]
        return all(_has(value, path, expected) for path, expected in wanted if expected is not None)

    def _is_required(self, id: str, inside_of: str) -> bool:
        while id != inside_of:
            if self.elements[id]["min"] == 0:
                return False
            id = id.rpartition(".")[0]
        return True


def _keys(owner: dict[str, Any], name: str) -> list[str]:
    if not name.endswith("[x]"):
        return [name] if name in owner else []
    stem = name[:-3]
    return [key for key in owner if key.startswith(stem) and key[len(stem) :][:1].isupper()]


def _expected(element: dict[str, Any]) -> Any:
    return next((value for key, value in element.items() if key.startswith(("fixed", "pattern"))), None)


def _has(value: Any, path: str, expected: Any) -> bool:
    if isinstance(value, list):
        return any(_has(each, path, expected) for each in value)
    if not path:
        return fits(value, expected)
    name, _, rest = path.partition(".")
    if not isinstance(value, dict):
        return False
    return any(_has(value[key], rest, expected) for key in _keys(value, name.partition(":")[0]))


def fits(value: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(
            key in value and fits(value[key], each) for key, each in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(value, list) and all(any(fits(item, each) for item in value) for each in expected)
    return value == expected
