"""ValueSet/$expand: the codes of a value set (R4 valueset-operation-expand.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from osler.core.errors import TooCostly
from osler.terminology.valuesets.composition import Composed
from osler.terminology.valuesets.includes import Member
from osler.terminology.valuesets.operations.answers import all_names, display_of, speaks
from osler.terminology.valuesets.operations.nesting import nested
from osler.terminology.valuesets.work import Work

MOST_AT_ONCE = 10_000
"""Codes in one answer."""
MOST_FOUND = 1_000
"""Hits of a text search that can be paged through."""
COUNTED = 50_000
"""Codes up to which the total of a page is counted."""
UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
_COPIED = ("url", "version", "name", "title", "status", "experimental", "date", "publisher", "copyright")


@dataclass(frozen=True, slots=True)
class Expanding:
    """What was asked for beside the value set; names as in R4."""

    filter: str = ""
    offset: int = 0
    count: int | None = None
    active_only: bool = False
    include_designations: bool = False
    designations: tuple[str, ...] = ()
    """Languages, or `system|code` of uses, that designations are narrowed to."""
    include_definition: bool = False
    nest: bool = False
    """`excludeNested=false`: put codes below their parents. Only where all codes are answered at once."""
    choosable_only: bool = False
    """`excludeNotForUI`: without codes that only group others."""
    without_systems: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    incomplete_ok: bool = False
    echoed: tuple[tuple[str, str, Any], ...] = ()
    """(name, value[x], value) of the parameters, to be repeated in the answer."""


@dataclass(slots=True)
class Listing:
    """A page of members."""

    members: list[Member]
    total: int | None
    work: Work = field(default_factory=Work)


def expand(composed: Composed, asked: Expanding, *, now: datetime) -> dict[str, Any]:
    """The ValueSet with its expansion. Raises TooCostly for more than 10,000 codes at once, Unsupported when some cannot be
    listed."""
    listing = list_members(composed, asked)
    contains = [_contained(each, asked) for each in listing.members]
    if asked.nest and not asked.filter and asked.count is None and not asked.offset:
        contains = nested(listing.members, contains)
    expansion: dict[str, Any] = {"identifier": f"urn:uuid:{uuid4()}", "timestamp": now.isoformat(timespec="seconds")}
    if listing.work.missing:
        expansion["extension"] = [{"url": UNCLOSED, "valueBoolean": True}]
    if listing.total is not None:
        expansion["total"] = listing.total
    if asked.offset or asked.count is not None:
        expansion["offset"] = asked.offset
    expansion["parameter"] = _parameters(asked, listing.work)
    if contains:
        expansion["contains"] = contains
    return _about(composed, asked) | {"expansion": expansion}


def list_members(composed: Composed, asked: Expanding) -> Listing:
    """The members of the page that was asked for."""
    work = Work(incomplete_ok=asked.incomplete_ok)
    if asked.filter.strip():
        return _found(composed, asked, work)
    return _paged(composed, asked, work)


def _found(composed: Composed, asked: Expanding, work: Work) -> Listing:
    """What the text finds. The total is only told when all of it was found."""
    end = MOST_FOUND if asked.count is None else min(asked.offset + asked.count, MOST_FOUND)
    wanted = _Wanted(asked)
    hits = composed.search(asked.filter, end + 1, work, lambda url, code: wanted.by_code(composed, url, code))
    members = [member for _, member in hits]
    total = len(members) if len(members) <= end else None
    return Listing(members[asked.offset : end], total, work)


def _paged(composed: Composed, asked: Expanding, work: Work) -> Listing:
    wanted = _Wanted(asked)
    count = MOST_AT_ONCE if asked.count is None else min(asked.count, MOST_AT_ONCE)
    members = composed.page(asked.offset, count, work) if wanted.takes_all else None
    if members is not None:
        total = composed.count()
    else:
        stream = (each for each in composed.members(work) if wanted.takes(each))
        skipped = sum(1 for _ in islice(stream, asked.offset))
        members = list(islice(stream, count))
        total = _count_on(stream, skipped + len(members))
    if asked.count is None and (total is None or total > asked.offset + len(members)):
        raise TooCostly(
            f"The value set has more than {MOST_AT_ONCE:,} codes. Ask for a page with count and offset, or use filter."
        )
    return Listing(members, total, work)


def _count_on(stream: Iterator[Member], so_far: int) -> int | None:
    rest = sum(1 for _ in islice(stream, COUNTED))
    return so_far + rest if rest < COUNTED else None


class _Wanted:
    """What the parameters leave out."""

    def __init__(self, asked: Expanding) -> None:
        self._asked = asked
        self.takes_all = not (asked.active_only or asked.choosable_only or asked.without_systems)

    def takes(self, member: Member) -> bool:
        if self.takes_all:
            return True
        asked = self._asked
        if member.system in asked.without_systems:
            return False
        if asked.active_only and _is_inactive(member):
            return False
        concept = member.concept if asked.choosable_only else None
        return not (concept and concept.abstract)

    def by_code(self, composed: Composed, url: str, code: str) -> bool:
        system = next((each.system for each in composed.includes if each.url == url and each.system), None)
        return self.takes(Member(url, code, system))


def _is_inactive(member: Member) -> bool:
    listed = (member.listed or {}).get("inactive", False)
    return listed or (member.source is not None and member.source.is_inactive(member.code))


def _contained(member: Member, asked: Expanding) -> dict[str, Any]:
    concept = member.concept
    made: dict[str, Any] = {"system": member.system}
    if concept and concept.abstract:
        made["abstract"] = True
    if _is_inactive(member):
        made["inactive"] = True
    made["code"] = member.code
    if display := display_of(concept, member.listed, asked.languages):
        made["display"] = display
    if asked.include_designations and (names := _designations(member, asked.designations)):
        made["designation"] = names
    return made


def _designations(member: Member, wanted: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in all_names(member.concept, member.listed):
        use = f"{each.use.get('system', '')}|{each.use.get('code', '')}" if each.use else ""
        if (
            not wanted
            or use in wanted
            or any(speaks(each.language, word.rpartition("|")[2].casefold()) for word in wanted)
        ):
            whole = {"language": each.language, "use": each.use, "value": each.value}
            found.append({name: value for name, value in whole.items() if value})
    return found


def _parameters(asked: Expanding, work: Work) -> list[dict[str, Any]]:
    told = [{"name": name, kind: value} for name, kind, value in asked.echoed]
    told += [{"name": "version", "valueUri": each} for each in work.used if "|" in each]
    told += [{"name": "used-valueset", "valueUri": each} for each in work.imported]
    return told + [{"name": "warning", "valueString": f"Incomplete: {each}."} for each in work.missing]


def _about(composed: Composed, asked: Expanding) -> dict[str, Any]:
    kept = {name: composed.resource[name] for name in _COPIED if name in composed.resource}
    made = {"resourceType": "ValueSet", **({"status": "active"} if "status" not in kept else {}), **kept}
    if asked.include_definition and "compose" in composed.resource:
        made["compose"] = composed.resource["compose"]
    return made
