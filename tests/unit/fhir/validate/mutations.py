"""Every demand of a published profile, and for each an example that is valid but for that."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.unit.fhir.validate.breaking import BREAKS, NEVER_FAILS
from tests.unit.fhir.validate.locating import Definition, Spot
from tests.unit.fhir.validate.making import make, put

OPTIONAL_SLICE = "it tells an optional slice apart: what does not have it is no such item"
KINDS = ("min", "max", "binding", "fixed", "type", "invariant")


@dataclass(frozen=True)
class Host:
    """A valid resource, and where in it the instance of the definition is."""

    resource: dict[str, Any]
    steps: tuple[str | int, ...] = ()
    path: str = ""

    def copy(self) -> Host:
        return Host(deepcopy(self.resource), self.steps, self.path)

    @property
    def root(self) -> dict[str, Any]:
        found: Any = self.resource
        for step in self.steps:
            found = found[step]
        return found


@dataclass
class Mutation:
    definition: Definition
    kind: str
    id: str
    key: str = ""
    resource: dict[str, Any] | None = None
    """None where no valid resource has the element, or why says that it cannot be broken."""
    paths: tuple[str, ...] = ()
    """One of which the refusal has to be at."""
    why: str = ""
    severity: str = field(default="error")


def mutations(definition: Definition, hosts: list[Host], is_valid: Any) -> Iterator[Mutation]:
    for id_, element in definition.elements.items():
        for mutation in _demands(definition, id_, element):
            _break(mutation, element, hosts, is_valid)
            yield mutation


def _demands(definition: Definition, id: str, element: dict[str, Any]) -> Iterator[Mutation]:
    name = id.rpartition(".")[2]
    if id and name not in ("id", "extension") and not _in_primitive(definition, id):
        if element["min"] > 0:
            yield Mutation(definition, "min", id)
        if element["max"] != "*" and (element["base"]["max"] != element["max"] or ":" in name) and "[x]:" not in name:
            yield Mutation(definition, "max", id)
        if element.get("binding", {}).get("strength") == "required":
            yield Mutation(definition, "binding", id)
        if any(key.startswith(("fixed", "pattern")) for key in element) and name != "url":
            yield Mutation(definition, "fixed", id)
        if any(_leads_somewhere(each) for each in element.get("type", ())):
            yield Mutation(definition, "type", id)
    for constraint in element.get("constraint", ()):
        if constraint["key"] not in ("ele-1", "ext-1") or not id:
            severity = "error" if constraint["severity"] == "error" else "warning"
            yield Mutation(definition, "invariant", id, constraint["key"], severity=severity)


def _leads_somewhere(type_: dict[str, Any]) -> bool:
    """Where a canonical leads cannot be told from its text, and references to any resource demand nothing."""
    targets = type_.get("targetProfile", ())
    return type_["code"] == "Reference" and bool(targets) and not any(each.endswith("/Resource") for each in targets)


def _in_primitive(definition: Definition, id: str) -> bool:
    """Definitions count the value of a primitive among its children."""
    parent = definition.elements.get(id.rpartition(".")[0])
    types = [each["code"] for each in parent.get("type", ())] if parent else []
    return any(each[0].islower() or each.startswith("http") for each in types)


def _break(mutation: Mutation, element: dict[str, Any], hosts: list[Host], is_valid: Any) -> None:
    if mutation.key in NEVER_FAILS:
        mutation.why = f"{mutation.key}: {NEVER_FAILS[mutation.key]}"
        return
    for host in _with_element(mutation, element, hosts, is_valid):
        changed = host.copy()
        if paths := _changed(mutation, element, changed):
            mutation.resource, mutation.paths = changed.resource, paths
            if _leaves_an_optional_slice(mutation, host, changed):
                mutation.resource, mutation.why = (
                    None,
                    OPTIONAL_SLICE,
                )
            return
    mutation.why = mutation.why or f"no valid resource has it: {mutation.definition.name} {mutation.id}"


def _leaves_an_optional_slice(mutation: Mutation, before: Host, after: Host) -> bool:
    definition, walked = mutation.definition, ""
    for step in mutation.id.split("."):
        walked = f"{walked}.{step}" if walked else step
        if (
            ":" not in step
            or "[x]:" in step
            or definition.elements[walked]["min"] > 0
            or mutation.kind not in ("min", "fixed", "binding")
        ):
            continue
        if mutation.kind == "min" and walked == mutation.id:
            continue
        if mutation.kind == "binding" and walked == mutation.id:
            return True
        if len(definition.spots(after.root, "", walked)) < len(definition.spots(before.root, "", walked)):
            return True
    return False


def _with_element(mutation: Mutation, element: dict[str, Any], hosts: list[Host], is_valid: Any) -> Iterator[Host]:
    """Examples that have the element, then examples that it is put into."""
    definition, id_ = mutation.definition, mutation.id
    if not id_ or element["max"] == "0":
        yield from hosts
        return
    yield from (host for host in hosts if definition.spots(host.root, host.path, id_))
    for host in hosts:
        richer = host.copy()
        if put(definition, richer.root, id_) and is_valid(richer.resource):
            yield richer


def _changed(mutation: Mutation, element: dict[str, Any], host: Host) -> tuple[str, ...]:
    """Makes the one change; where it has to be told, or nothing where it cannot be made here."""
    if not mutation.id:
        BREAKS[mutation.key](host.root)
        # A contained resource with contained ones is refused by its shape already.
        # An extension that is nothing but an id has no url either.
        elsewhere = {"dom-2": "contained[0].contained", "ele-1": "url"}.get(mutation.key, "")
        return (host.path, f"{host.path}.{elsewhere}")
    if element["max"] == "0":
        return _add_forbidden(mutation, host)
    spots = mutation.definition.spots(host.root, host.path, mutation.id)
    if not spots:
        return ()
    spot = spots[0]
    above = _sliced_above(mutation.definition, host, mutation.id)
    change = {
        "min": _remove,
        "max": _repeat,
        "binding": _other_code,
        "fixed": _other_value,
        "type": _other_target,
        "invariant": _breach,
    }
    paths = change[mutation.kind](mutation, spots if mutation.kind == "min" else [spot])
    return (*paths, *above) if paths and mutation.kind in ("min", "binding", "fixed") else paths


def _sliced_above(definition: Definition, host: Host, id: str) -> tuple[str, ...]:
    """What makes an item be of a slice is missed as the slice."""
    found, walked = [], ""
    for step in id.split("."):
        walked = f"{walked}.{step}" if walked else step
        if ":" in step:
            found += [spot.element_path for spot in definition.spots(host.root, host.path, walked)]
            if not found:
                stem = walked.rpartition(":")[0]
                found += [spot.element_path for spot in definition.spots(host.root, host.path, stem)]
                parents = definition.spots(host.root, host.path, stem.rpartition(".")[0]) if "." in stem else []
                found += [f"{each.path}.{stem.rpartition('.')[2]}" for each in parents]
                found += [f"{host.path}.{stem}"]
    return tuple(found)


def _remove(mutation: Mutation, spots: list[Spot]) -> tuple[str, ...]:
    first = spots[0]
    for spot in reversed([each for each in spots if each.owner is first.owner]):
        if spot.index is None:
            del spot.owner[spot.key]
            spot.owner.pop(f"_{spot.key}", None)
        else:
            del spot.owner[spot.key][spot.index]
            if not spot.owner[spot.key]:
                del spot.owner[spot.key]
    name = mutation.id.rpartition(".")[2].partition(":")[0]
    parent, _, _ = first.element_path.rpartition(".")
    if not first.owner:
        first.owner["extension"] = [{"url": "http://example.org/x", "valueString": "x"}]  # so that it is not empty
    return (f"{parent}.{name}", first.element_path)


def _repeat(mutation: Mutation, spots: list[Spot]) -> tuple[str, ...]:
    spot, most = spots[0], int(mutation.definition.elements[mutation.id]["max"])
    if spot.index is None:
        return ()
    spot.owner[spot.key] += [deepcopy(spot.value) for _ in range(most)]
    return (spot.element_path,)


def _other_code(mutation: Mutation, spots: list[Spot]) -> tuple[str, ...]:
    spot, none = spots[0], {"system": "http://example.org/none", "code": "no-such-code"}
    if isinstance(spot.value, str):
        _set(spot, "no-such-code")
    elif isinstance(spot.value, dict):
        spot.value.clear()
        is_concept = mutation.definition.elements[mutation.id]["type"][0]["code"] == "CodeableConcept"
        spot.value.update(
            {"coding": [none]} if is_concept else {"value": 1, **none} if "Quantity" in spot.key else none
        )
    return (spot.path,)


def _other_value(mutation: Mutation, spots: list[Spot]) -> tuple[str, ...]:
    spot = spots[0]
    if isinstance(spot.value, bool):
        _set(spot, not spot.value)
    elif isinstance(spot.value, str):
        _set(spot, "other")
    elif isinstance(spot.value, dict):
        for key in list(spot.value):
            if key != "extension":
                del spot.value[key]
        spot.value["extension"] = [{"url": "http://example.org/x", "valueString": "x"}]
    return (spot.path,)


def _other_target(mutation: Mutation, spots: list[Spot]) -> tuple[str, ...]:
    """A type that no reference of US Core leads to."""
    spot = spots[0]
    if not isinstance(spot.value, dict):
        _set(spot, {})
    spot.value.clear()
    spot.value["reference"] = "Linkage/1"
    stem, is_choice, _ = mutation.id.rpartition(".")[2].partition("[x]")
    if not is_choice:
        return (spot.path,)
    spot.owner[f"{stem}Reference"] = spot.owner.pop(spot.key)
    return (f"{spot.path.rpartition('.')[0]}.{stem}Reference",)


def _breach(mutation: Mutation, spots: list[Spot]) -> tuple[str, ...]:
    spot, change = spots[0], BREAKS[mutation.key]
    if mutation.key in ("vs-1", "us-core-1"):
        change(spot.owner)
        return (spot.path.rpartition(".")[0] + ".effectiveDateTime",)
    if isinstance(spot.value, dict):
        change(spot.value)
    else:
        changed = {"value": spot.value}
        change(changed)
        _set(spot, changed["value"])
    return (spot.path,)


def _add_forbidden(mutation: Mutation, host: Host) -> tuple[str, ...]:
    definition = mutation.definition
    parent, _, name = mutation.id.rpartition(".")
    spots = definition.spots(host.root, host.path, parent) if parent else []
    owner, path = (spots[0].value, spots[0].path) if spots else (host.root, host.path)
    if parent and not spots:
        return ()
    if name.endswith("[x]"):
        key = f"{name[:-3]}String"
        owner[key] = "x"
        return (f"{path}.{key}", f"{path}.{name}", path)
    owner[name] = make(definition, mutation.id)
    return (f"{path}.{name}", path)


def _set(spot: Spot, value: Any) -> None:
    if spot.index is None:
        spot.owner[spot.key] = value
    else:
        spot.owner[spot.key][spot.index] = value
