"""ConceptMap/$translate: codes of one system for codes of another (R4 conceptmap-operation-translate.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.operations.answers import Part, coding, parameters, parts, text

MOST_MAPS = 20
"""Maps followed from one to the other (`unmapped.mode = other-map`)."""
_REVERSED = {
    "wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes",
}  # fmt: skip
_NO_MATCH = frozenset(("unmatched", "disjoint"))


@dataclass(frozen=True, slots=True)
class Translating:
    """What was asked for."""

    code: str
    system: str
    target_system: str = ""
    source: str = ""
    """Canonical of the value set the code comes from, `target` of that the answer is to come from."""
    target: str = ""
    reverse: bool = False
    dependencies: tuple[tuple[str, str], ...] = ()
    """(property, value) that `dependsOn` is held against."""


@dataclass(frozen=True, slots=True)
class Match:
    equivalence: str
    system: str
    code: str
    display: str
    version: str
    source: str
    """Canonical of the map."""
    product: tuple[Json, ...] = ()


def translate(
    maps: Sequence[Json], asked: Iterable[Translating], other_map: Callable[[str], Json | None]
) -> dict[str, Any]:
    """The Parameters of the answer: `result` is true when anything but "no match" was found."""
    found: dict[tuple[str, str, str], Match] = {}
    for each in asked:
        for concept_map in maps:
            for match in _matches(concept_map, each, other_map, MOST_MAPS):
                found.setdefault((match.equivalence, match.system, match.code), match)
    matches = list(found.values())
    result = any(each.equivalence not in _NO_MATCH for each in matches)
    message = "" if result else "No translation was found." if maps else "There is no concept map for this."
    head: list[Part | None] = [{"name": "result", "valueBoolean": result}, text("message", message)]
    return parameters([*head, *(_part(each) for each in matches)])


def _part(match: Match) -> Part:
    concept = coding(match.system, match.code, match.display, match.version)
    return parts(
        "match",
        {"name": "equivalence", "valueCode": match.equivalence},
        {"name": "concept", "valueCoding": concept} if match.code else None,
        *(_product(each) for each in match.product),
        {"name": "source", "valueUri": match.source} if match.source else None,
    )


def _product(each: Json) -> Part:
    concept = coding(each.get("system", ""), each.get("value", ""), each.get("display", ""))
    return parts(
        "product",
        {"name": "element", "valueUri": each.get("property", "")},
        {"name": "concept", "valueCoding": concept},
    )


def _matches(
    concept_map: Json, asked: Translating, other_map: Callable[[str], Json | None], left: int
) -> Iterator[Match]:
    if not _is_meant(concept_map, asked):
        return
    for group in concept_map.get("group", ()):
        source, target = ("target", "source") if asked.reverse else ("source", "target")
        if group.get(source, "") not in ("", asked.system):
            continue
        if asked.target_system and group.get(target, asked.target_system) != asked.target_system:
            continue
        if asked.reverse:
            yield from _backward(concept_map, group, asked)
        else:
            yield from _forward(concept_map, group, asked, other_map, left)


def _is_meant(concept_map: Json, asked: Translating) -> bool:
    """The value sets that were named are those of the map, where both say."""
    source, target = _end(concept_map, "source"), _end(concept_map, "target")
    if asked.reverse:
        source, target = target, source
    return _agrees(source, asked.source) and _agrees(target, asked.target)


def _end(concept_map: Json, name: str) -> str:
    return concept_map.get(f"{name}Canonical") or concept_map.get(f"{name}Uri") or ""


def _agrees(said: str, wanted: str) -> bool:
    return not (said and wanted) or said.partition("|")[0] == wanted.partition("|")[0]


def _forward(
    concept_map: Json, group: Json, asked: Translating, other_map: Callable[[str], Json | None], left: int
) -> Iterator[Match]:
    element = next((each for each in group.get("element", ()) if each.get("code") == asked.code), None)
    if element is not None:
        for target in element.get("target", ()) or ({"equivalence": "unmatched"},):
            if _depends(target, asked.dependencies):
                yield _match(concept_map, group, target)
        return
    yield from _unmapped(concept_map, group, asked, other_map, left)


def _depends(target: Json, given: tuple[tuple[str, str], ...]) -> bool:
    return all((each.get("property", ""), each.get("value", "")) in given for each in target.get("dependsOn", ()))


def _match(concept_map: Json, group: Json, target: Json) -> Match:
    return Match(
        target.get("equivalence", "equivalent"), group.get("target", ""), target.get("code", ""), target.get("display", ""),
        group.get("targetVersion", ""), _canonical(concept_map), tuple(target.get("product", ())),
    )  # fmt: skip


def _unmapped(
    concept_map: Json, group: Json, asked: Translating, other_map: Callable[[str], Json | None], left: int
) -> Iterator[Match]:
    rule: Mapping[str, Any] = group.get("unmapped", {})
    match rule.get("mode"):
        case "provided":
            yield _match(concept_map, group, {"code": asked.code, "equivalence": "equal"})
        case "fixed":
            yield _match(concept_map, group, {**rule, "equivalence": "inexact"})
        case "other-map" if left > 0:
            further = other_map(rule.get("url", ""))
            if further is not None:
                # Whoever wrote the map says that the other one goes on; its value sets need not be the same.
                open_ends = replace(asked, source="", target="")
                yield from _matches(further, open_ends, other_map, left - 1)


def _backward(concept_map: Json, group: Json, asked: Translating) -> Iterator[Match]:
    for element in group.get("element", ()):
        for target in element.get("target", ()):
            if target.get("code") == asked.code and _depends(target, asked.dependencies):
                said: str = target.get("equivalence", "equivalent")
                yield Match(
                    _REVERSED.get(said, said), group.get("source", ""), element.get("code", ""), element.get("display", ""),
                    group.get("sourceVersion", ""), _canonical(concept_map),
                )  # fmt: skip


def _canonical(concept_map: Json) -> str:
    url, version = concept_map.get("url", ""), concept_map.get("version", "")
    return f"{url}|{version}" if url and version else url
