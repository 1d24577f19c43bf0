"""One query, asked of both, and the difference in words."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from osler.core.errors import Invalid
from osler.fhir import json
from osler.store.reference import Found, ReferenceStore
from osler.store.store import Store
from tests.differential import adapter
from tests.differential.queries import Asked


async def difference(store: Store, world: ReferenceStore, asked: Asked, now: datetime) -> tuple[str, bool]:
    """What the two answers differ in, empty when in nothing; and whether there was an answer at all."""
    try:
        expected = world.search(asked.type, asked.params, compartment=asked.compartment)
    except Invalid as wrong:
        refused = adapter.refuses(store, asked.type, asked.params, now)
        return ("" if refused else f"{asked} should be refused: {wrong.message}"), False
    answer = await adapter.ask(store, asked.type, asked.params, now, compartment=asked.compartment)
    faults = _faults(asked, expected, answer)
    shown = "\n".join(faults + _resources(world, expected, answer)) if faults else ""
    return (f"{asked}\n{shown}" if faults else ""), bool(expected.matches)


def _faults(asked: Asked, expected: Found, answer: adapter.Answer) -> list[str]:
    faults: list[str] = []
    if not _counted_only(asked):
        if set(expected.matches) != set(answer.matches) or len(answer.matches) != len(set(answer.matches)):
            faults.append(f"expected {sorted(expected.matches)}, got {sorted(answer.matches)}")
        elif not _same_order(expected, answer):
            order = list(zip(expected.matches, expected.ranks, strict=True))
            faults.append(f"expected the order {order}, got {answer.matches}")
        if expected.included != answer.included:
            faults.append(f"expected to include {sorted(expected.included)}, got {sorted(answer.included)}")
    if answer.total is not None and answer.total != expected.total:
        faults.append(f"expected a total of {expected.total}, got {answer.total}")
    if _needs_total(asked) and answer.total is None:
        faults.append("no total")
    return faults


def _counted_only(asked: Asked) -> bool:
    return ("_summary", "count") in asked.params or ("_count", "0") in asked.params


def _needs_total(asked: Asked) -> bool:
    return _counted_only(asked) or ("_total", "accurate") in asked.params


def _same_order(expected: Found, answer: adapter.Answer) -> bool:
    """Resources that sort alike may come in any order among themselves."""
    at = 0
    for _, group in groupby(zip(expected.ranks, expected.matches, strict=True), key=lambda pair: pair[0]):
        alike = {key for _, key in group}
        if set(answer.matches[at : at + len(alike)]) != alike:
            return False
        at += len(alike)
    return True


def _resources(world: ReferenceStore, expected: Found, answer: adapter.Answer) -> list[str]:
    """The first few resources that one has and the other has not."""
    odd = set(expected.matches) ^ set(answer.matches) | (expected.included ^ answer.included)
    return [json.encode(world.resources[key]).decode() for key in sorted(odd)[:3]]
