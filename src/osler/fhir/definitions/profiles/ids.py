"""Element ids, written one way: below the type, choices as `value[x]:valueQuantity`, derived where none are given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from osler.core.errors import Invalid

MOST_SEGMENTS = 40


def with_ids(elements: Iterable[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Every element with its id below the type; ids that are missing are told from path and sliceName."""
    latest: dict[str, str] = {}
    found = []
    for element in elements:
        path = _path(element)
        id_ = element.get("id") or _derived(path, element.get("sliceName"), latest)
        if not isinstance(id_, str) or id_.count(".") > MOST_SEGMENTS:
            raise Invalid(f"An element id goes deeper than {MOST_SEGMENTS} levels, or is no text.")
        latest[path] = id_
        found.append((id_.partition(".")[2], element))
    return found


def _path(element: dict[str, Any]) -> str:
    path = element.get("path")
    if not isinstance(path, str) or not path or path.count(".") > MOST_SEGMENTS:
        raise Invalid(f"Each element needs a path of at most {MOST_SEGMENTS} levels.")
    return path


def _derived(path: str, slice_name: str | None, latest: dict[str, str]) -> str:
    parent, _, name = path.rpartition(".")
    above = _current(parent, latest) + "." if parent else ""
    return f"{above}{name}:{slice_name}" if slice_name else f"{above}{name}"


def _current(path: str, latest: dict[str, str]) -> str:
    """Id of the element last told of at a path, unless that was inside of another slice than the current one."""
    parent, _, name = path.rpartition(".")
    above = _current(parent, latest) + "." if parent else ""
    found = latest.get(path, "")
    return found if found.startswith(above) and found else f"{above}{name}"


def segments(id: str) -> list[tuple[str, str]]:
    """Name and slice of each step: `component:sys.code` is [("component", "sys"), ("code", "")]."""
    return [(name, slice_name) for name, _, slice_name in (step.partition(":") for step in id.split("."))] if id else []


def without_slices(id: str) -> str:
    """The element that all slices on the way are of: `component:systolic.code` is also `component.code`."""
    return ".".join(name for name, _ in segments(id))
