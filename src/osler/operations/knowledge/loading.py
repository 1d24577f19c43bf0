"""`osler load`: read a release file, pack it, compare it with what is in use, store it and put it to use in one go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from osler.access.actors import Actor
from osler.access.gatehouse import Gatehouse
from osler.access.knowledge import ReleaseRow, list_in_use, put_release, release_bytes
from osler.core.errors import Invalid
from osler.fhir.definitions.profiles import builtin_profiles
from osler.operations.knowledge.difference import Difference, compare_concepts, compare_resources
from osler.terminology import building
from osler.terminology.loading import Loaded, Options, Progress, read_release
from osler.terminology.loading.resource_packing import holds_resources, pack_resources, unpack_resources
from osler.terminology.model import Head
from osler.terminology.packing import head_of, pack_release, unpack_release

BUILT_IN = {"snomed": "snomed_ips"} | {name: name for name in building.NAMES}
"""The built-in release that a loaded one of this name stands in for."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was loaded and what it changes."""

    head: Head
    count: int
    difference: Difference
    against: str
    """What the difference is to; empty when there was nothing."""
    changed: bool
    """False when just this release was in use already."""
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Packed:
    head: Head
    count: int
    body: bytes
    remarks: tuple[str, ...]


async def load_file(
    house: Gatehouse, actor: Actor, kind: str, path: Path, *, options: Options, progress: Progress | None = None,
    may_shrink: bool = False,
) -> Summary:  # fmt: skip
    """Nothing changes unless all of it succeeds. Raises what `read_release` does, and Invalid when more than half of what is
    in use would be gone and `may_shrink` was not said; Forbidden without the permission for maintenance."""
    packed = await asyncio.to_thread(_read, kind, path, options, progress)
    if kind == "ig":
        await asyncio.to_thread(_check_guide, packed)
    used = [each for each in await list_in_use(house.pool, kind) if each.name == packed.head.name]
    before, against = await _before(house, used, packed.head.name)
    difference = await asyncio.to_thread(_compare, before, packed.body)
    if difference.is_shrinking and not may_shrink:
        raise Invalid(
            f"{path.name} leaves out {difference.removed:,} of the {difference.before:,} rows in use ({against}). If that is right, "
            "say so with --may-shrink. Nothing was changed."
        )
    change = await put_release(house, actor, kind, packed.head, packed.count, packed.body)
    remarks = (*packed.remarks, *_overtaken(packed.head, used, house.clock().date()))
    return Summary(packed.head, packed.count, difference, against, change.changed, remarks)


def _read(kind: str, path: Path, options: Options, progress: Progress | None) -> _Packed:
    with read_release(kind, path, progress, options) as loaded:
        return _Packed(loaded.head, loaded.count, _pack(loaded), loaded.remarks)


def _check_guide(packed: _Packed) -> None:
    """Raises Invalid for definitions that nothing could be validated against: better told now than found out later."""
    builtin_profiles().with_package(unpack_resources(packed.body), name=packed.head.name, version=packed.head.version)


def _pack(loaded: Loaded) -> bytes:
    if loaded.resources:
        return pack_resources(loaded.head, loaded.resources)
    return pack_release(loaded.head, loaded.concepts, loaded.relations, loaded.aliases)


async def _before(house: Gatehouse, used: list[ReleaseRow], name: str) -> tuple[bytes | None, str]:
    if used:
        return await release_bytes(house.pool, used[0]), f"version {used[0].version}"
    if name in BUILT_IN:
        body = await asyncio.to_thread(building.packed, BUILT_IN[name])
        return body, f"the built-in version {head_of(body).version}"
    return None, ""


def _compare(before: bytes | None, after: bytes) -> Difference:
    if holds_resources(after):
        return compare_resources(unpack_resources(before) if before else (), unpack_resources(after))
    return compare_concepts(unpack_release(before).concepts if before else (), unpack_release(after).concepts)


def _overtaken(head: Head, used: list[ReleaseRow], today: date) -> tuple[str, ...]:
    """A release counts from its day on, and until a later one does: said where that may surprise."""
    if head.effective_on > today:
        return (f"It is in force from {head.effective_on} on; until then the release before it is used.",)
    others = [(each.effective_on, f"version {each.version}") for each in used if each.version != head.version]
    if head.name in BUILT_IN:
        built_in = head_of(building.packed(BUILT_IN[head.name]))
        others.append((built_in.effective_on, "the built-in release"))
    later = max((each for each in others if head.effective_on < each[0] <= today), default=None)
    return (f"{later[1].capitalize()} of {later[0]} is newer and stays the one that is used.",) if later else ()
