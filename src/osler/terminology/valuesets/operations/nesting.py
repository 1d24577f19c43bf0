"""Codes of an expansion below their parents (`contains.contains`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from osler.terminology.valuesets.includes import Member


def nested(members: Sequence[Member], contained: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each code below its nearest ancestor that is there too; of several parents below the first. A code stands once."""
    place = {(each.system, each.code): made for each, made in zip(members, contained, strict=True)}
    top: list[dict[str, Any]] = []
    above: dict[tuple[str, str], tuple[str, str]] = {}
    for member, made in zip(members, contained, strict=True):
        own = (member.system, member.code)
        parent = _nearest(member, place)
        if parent is None or _is_below(parent, own, above):
            top.append(made)
        else:
            above[own] = parent
            place[parent].setdefault("contains", []).append(made)
    return top


def _nearest(member: Member, place: dict[tuple[str, str], dict[str, Any]]) -> tuple[str, str] | None:
    concept = member.concept
    if concept is None or member.source is None:
        return None
    level, seen = list(concept.parents), {member.code}
    while level:
        for code in level:
            if code != member.code and (member.system, code) in place:
                return member.system, code
        seen.update(level)
        found = (member.source.find(code) for code in level)
        level = [code for each in found if each for code in each.parents if code not in seen]
    return None


def _is_below(code: tuple[str, str], other: tuple[str, str], above: dict[tuple[str, str], tuple[str, str]]) -> bool:
    """Whether putting `other` below `code` would close a circle."""
    while code in above:
        code = above[code]
        if code == other:
            return True
    return False
