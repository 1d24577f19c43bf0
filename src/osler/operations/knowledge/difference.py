"""What one release changes against another: how many rows it adds, takes away and words anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from osler.fhir import json
from osler.terminology.model import Concept


@dataclass(frozen=True, slots=True)
class Difference:
    added: int = 0
    removed: int = 0
    changed: int = 0
    same: int = 0

    @property
    def before(self) -> int:
        """Rows of the release before."""
        return self.removed + self.changed + self.same

    @property
    def is_shrinking(self) -> bool:
        """Whether more than half of what was there would be gone: far more than agencies retire at once."""
        return self.removed * 2 > self.before


def compare_concepts(before: Iterable[Concept], after: Iterable[Concept]) -> Difference:
    """By code: its display, its status and what it is below. Only a hash of each row is held in memory."""
    return _compare(map(_said, before), map(_said, after))


def compare_resources(before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> Difference:
    """By address."""
    return _compare(map(_keyed, before), map(_keyed, after))


def _said(concept: Concept) -> tuple[str, int]:
    return concept.code, hash((concept.display, concept.status, tuple(sorted(concept.parents))))


def _keyed(resource: dict[str, Any]) -> tuple[str, int]:
    key = str(resource.get("url") or f"{resource.get('resourceType')}/{resource.get('id')}")
    return key, hash(json.encode(resource))


def _compare(before: Iterable[tuple[str, int]], after: Iterable[tuple[str, int]]) -> Difference:
    known = dict(before)
    added = changed = same = 0
    for key, now in after:
        then = known.pop(key, None)
        if then is None:
            added += 1
        elif then == now:
            same += 1
        else:
            changed += 1
    return Difference(added, len(known), changed, same)
