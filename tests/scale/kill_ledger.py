"""What was asked, what was acknowledged, and whether the record agrees.

Every version written carries the marker of the request that wrote it, so that a version found in the record can be
traced: acknowledged, in doubt (no answer came), refused, or from nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

SYSTEM = "urn:osler:test:op"
_MARKER = re.compile(rb'"system":"urn:osler:test:op","value":"([^"]+)"')

Version = tuple[str, str, int]
"""Type, id, version number."""


def marker_of(body: bytes) -> str:
    found = _MARKER.search(body)
    return found[1].decode() if found else ""


def identifier(marker: str) -> dict[str, str]:
    return {"system": SYSTEM, "value": marker}


@dataclass
class Ledger:
    """`acknowledged` holds the body of each version, None for a deletion."""

    acknowledged: dict[Version, bytes | None] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    """Requests acknowledged → how many versions with their marker there must be."""
    doubtful: dict[str, int] = field(default_factory=dict)
    """Requests without an answer → how many there are, if there are any."""
    doubtful_deletes: set[Version] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    conditions: dict[str, set[str]] = field(default_factory=dict)
    """Criteria of conditional creates → ids that were given in answer."""
    strange: list[str] = field(default_factory=list)
    """Answers that should not have been given, whatever was killed."""
    versions: int = 0
    """How many different ones were acknowledged."""

    def acknowledge(self, version: Version, body: bytes | None) -> None:
        self.versions += version not in self.acknowledged
        if self.acknowledged.setdefault(version, body) != body:
            self.strange.append(f"{version[0]} version {version[2]} was acknowledged twice with different content")

    def faults(self, found: dict[Version, bytes | None]) -> list[str]:
        """Everything wrong with the versions found in the record; afterwards all of them count as acknowledged."""
        faults = [*self.strange, *self._lost(found), *self._unasked(found), *self._counts(found), *self._twins(found)]
        self.acknowledged.update(found)
        return faults

    def _lost(self, found: dict[Version, bytes | None]) -> list[str]:
        faults: list[str] = []
        for version, body in self.acknowledged.items():
            name = f"{version[0]}/{version[1]} version {version[2]}"
            if version not in found:
                faults.append(f"LOST: {name} was acknowledged and is not there")
            elif found[version] != body:
                faults.append(f"CHANGED: {name} is not as it was acknowledged")
        return faults

    def _unasked(self, found: dict[Version, bytes | None]) -> list[str]:
        faults: list[str] = []
        for version in found.keys() - self.acknowledged.keys():
            body, name = found[version], f"{version[0]}/{version[1]} version {version[2]}"
            if body is None:
                if version not in self.doubtful_deletes:
                    faults.append(f"FROM NOWHERE: {name}, a deletion nobody asked for")
                continue
            request = marker_of(body).partition(".")[0]
            if request in self.refused:
                faults.append(f"WRITTEN THOUGH REFUSED: {name}, by {request}")
            elif request not in self.doubtful and request not in self.done:
                faults.append(f"FROM NOWHERE: {name}, marker {request!r}")
        return faults

    def _counts(self, found: dict[Version, bytes | None]) -> list[str]:
        """All or nothing: as many versions of each request as it asked for, or, without an answer, none."""
        seen = Counter(marker_of(body).partition(".")[0] for body in found.values() if body)
        faults = [
            f"HALF OR TWICE: {request} was acknowledged with {wanted} versions and has {seen[request]}"
            for request, wanted in self.done.items()
            if seen[request] != wanted
        ]
        return faults + [
            f"HALF: {request} asked for {wanted} versions and has {seen[request]}"
            for request, wanted in self.doubtful.items()
            if seen[request] not in (0, wanted)
        ]

    def _twins(self, found: dict[Version, bytes | None]) -> list[str]:
        """A condition makes one resource, however often and by how many it was sent."""
        made: dict[str, set[str]] = {}
        for (_, id_, number), body in found.items():
            if body and number == 1 and (name := _condition_of(body)):
                made.setdefault(name, set()).add(id_)
        faults = [
            f"TWINS: {len(ids)} resources under one condition {name}" for name, ids in made.items() if len(ids) > 1
        ]
        for name, ids in self.conditions.items():
            if ids and ids != made.get(name):
                faults.append(f"CONDITION: {name} was answered with {len(ids)} ids and has {len(made.get(name, ()))}")
        return faults


_CONDITION = re.compile(rb'"system":"urn:osler:test:shared","value":"([^"]+)"')


def _condition_of(body: bytes) -> str:
    found = _CONDITION.search(body)
    return found[1].decode() if found else ""
