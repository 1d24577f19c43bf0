"""Transaction bundles: all of it or nothing (R4 http.html §3.1.0.11.2).

Identity first: every entry's resource gets its id (new, given, or found by its condition), so that references can be made
final in any order; then one check of all targets, then the writes. Runs inside the caller's transaction; a retry starts
again from the entries.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from osler.core.errors import Fault, Invalid, NotFound, OslerError
from osler.core.ids import is_id, new_id
from osler.fhir.bundle import Entry
from osler.fhir.search.integrity import references_in, rewrite_references
from osler.store.conditional import Inside, find_one, is_conditional, lock_conditions, normal, resolve
from osler.store.many import Draft, in_turns, lock_all, prepare_all, write_all
from osler.store.pool import Connection
from osler.store.stored import Stored
from osler.store.visibility import Interaction, Visibility
from osler.store.write import check_unreferenced, check_version, erase, stored

if TYPE_CHECKING:
    from osler.store.store import Store

Item = TypeVar("Item")
Result = TypeVar("Result")
MOMENT = 0.1
"""Seconds that a thread goes on before it is asked whether to."""


@dataclass(slots=True)
class Outcome:
    """What became of one entry. `stored` is None for a delete that found nothing."""

    entry: Entry
    status: str
    """created, updated, unchanged (a conditional create that found one), deleted."""
    stored: Stored | None = None


@dataclass(slots=True)
class _Plan:
    """What is settled about the writing entries before anything is written."""

    ids: dict[int, str] = field(default_factory=dict[int, str])
    found: dict[int, Stored] = field(default_factory=dict[int, Stored])
    skipped: dict[int, Outcome] = field(default_factory=dict[int, Outcome])
    names: dict[str, str] = field(default_factory=dict[str, str])
    """fullUrl or old reference → final local reference."""


async def run(store: Store, conn: Connection, entries: list[Entry], visibility: Visibility, *, updated: datetime,
              accept: Callable[[Entry, dict[str, Any]], dict[str, Any]], patch: Callable[[Entry, Stored], dict[str, Any]],
              may_choose_id: Callable[[str], bool]) -> dict[int, Outcome]:  # fmt: skip
    """Carries out the writing entries and gives what became of each, by index. GET entries are the caller's.

    `accept` checks a resource and gives it as it is to be kept; `patch` applies a PATCH; `may_choose_id` says whether a PUT may create.
    """
    writing = [entry for entry in entries if entry.method not in ("GET", "HEAD")]
    plan = _Plan()
    await _settle(store, conn, writing, visibility, plan, updated)
    _check_distinct(writing, plan)
    await _lock(store, conn, writing, visibility, plan)
    made = await _in_moments(writing, lambda entry: _draft(entry, plan, patch, may_choose_id))
    drafts = [draft for draft in made if draft is not None]
    await _resolve(store, conn, drafts, visibility, plan, updated)
    accepted = await _in_moments(drafts, lambda each: accept(each[1], each[0].resource))
    for (draft, _), resource in zip(drafts, accepted, strict=True):
        draft.resource = resource
    outcomes = await _delete(store, conn, writing, plan, updated)
    rows = await prepare_all(store, [draft for draft, _ in drafts], updated)
    await write_all(store, conn, [draft for draft, _ in drafts], rows, visibility)
    erased = [outcome.stored for outcome in outcomes.values() if outcome.stored]
    if erased:
        await check_unreferenced(store, conn, erased)
    for row, (draft, entry) in zip(rows, drafts, strict=True):
        status = "updated" if draft.current and not draft.current.deleted else "created"
        outcomes[entry.index] = Outcome(entry, status, stored(row))
    return outcomes | plan.skipped


async def _in_moments(items: list[Item], work: Callable[[Item], Result]) -> list[Result]:
    """What `work` makes of each, in a thread: one check or patch alone may take a second, and would hold up everybody else."""
    done: list[Result] = []
    while len(done) < len(items):
        done += await asyncio.to_thread(_moment, items[len(done) :], work)
    return done


def _moment(items: list[Item], work: Callable[[Item], Result]) -> list[Result]:
    """The first of them, as many as fit into a moment: between moments all of it can be given up."""
    until = time.monotonic() + MOMENT
    done: list[Result] = []
    for item in items:
        done.append(work(item))
        if time.monotonic() > until:
            break
    return done


async def _settle(
    store: Store, conn: Connection, entries: list[Entry], visibility: Visibility, plan: _Plan, now: datetime
) -> None:
    """Gives every entry its id, looking up what is conditional."""
    conditions = {(e.type, e.if_none_exist or e.query) for e in entries if e.if_none_exist or (e.query and not e.id)}
    await lock_conditions(store, conn, conditions)
    async for entry in in_turns(entries):
        match: Stored | None = None
        criteria = entry.if_none_exist if entry.method == "POST" else entry.query if not entry.id else ""
        if criteria:
            match = await _found(store, conn, entry, criteria, visibility, now)
        if entry.method == "POST":
            if match is not None:
                plan.skipped[entry.index] = Outcome(entry, "unchanged", match)
            plan.ids[entry.index] = match.id if match else new_id()
        elif entry.id:
            plan.ids[entry.index] = entry.id
        elif match is not None:
            if entry.method == "PUT" and _own_id(entry) not in ("", match.id):
                raise Invalid("The condition leads to a resource with another id.", path=f"{entry.place}.resource.id")
            plan.ids[entry.index] = match.id
        elif entry.method == "PUT":
            plan.ids[entry.index] = _own_id(entry) or new_id()
        elif entry.method == "DELETE":
            plan.skipped[entry.index] = Outcome(entry, "deleted")
        else:
            raise NotFound(f"No {entry.type} matches the condition of the patch.", path=entry.place)
        _name(entry, plan)


def _check_distinct(entries: list[Entry], plan: _Plan) -> None:
    """Entries must not meet in one resource, nor make two under one condition (§3.1.0.11.2); ids are settled by now."""
    seen: set[tuple[str, str]] = set()
    conditions: set[str] = set()
    faults: list[Fault] = []
    for entry in entries:
        if entry.index not in plan.ids or entry.index in plan.skipped:
            continue
        key, criteria = (entry.type, plan.ids[entry.index]), entry.if_none_exist or ("" if entry.id else entry.query)
        condition = normal(entry.type, criteria)
        if key in seen:
            faults.append(Fault("A transaction may change a resource only once.", entry.place, "invariant"))
        elif criteria and condition in conditions:
            faults.append(Fault("Two entries would create by the same condition.", entry.place, "invariant"))
        seen.add(key)
        conditions.add(condition)
    if faults:
        raise Invalid("Entries of the transaction get in each other's way; nothing was written.", faults=tuple(faults))


async def _found(
    store: Store, conn: Connection, entry: Entry, criteria: str, visibility: Visibility, now: datetime
) -> Stored | None:
    try:
        return await find_one(store, conn, entry.type, criteria, visibility, now=now)
    except OslerError as error:
        raise type(error)(error.message, path=f"{entry.place}.request") from None


def _own_id(entry: Entry) -> str:
    """The id in the resource; empty without one."""
    own = (entry.resource or {}).get("id", "")
    if own and not (isinstance(own, str) and is_id(own)):
        raise Invalid("An id has 1 to 64 letters, digits, dots or hyphens.", path=f"{entry.place}.resource.id")
    return own


def _name(entry: Entry, plan: _Plan) -> None:
    final = f"{entry.type}/{plan.ids[entry.index]}" if entry.index in plan.ids else ""
    if entry.full_url and final:
        plan.names[entry.full_url] = final
        if not entry.id and "://" in entry.full_url:
            # A relative reference inside the bundle is read against fullUrl (R4 bundle.html §3.4.2.3).
            plan.names["/".join(entry.full_url.split("/")[-2:])] = final


async def _lock(store: Store, conn: Connection, entries: list[Entry], visibility: Visibility, plan: _Plan) -> None:
    kinds: tuple[tuple[Interaction, str], ...] = (("delete", "DELETE"), ("update", "PUT"), ("update", "PATCH"))
    for interaction, method in kinds:
        wanted = {(e.type, plan.ids[e.index]): e for e in entries if e.method == method and e.index in plan.ids}
        if not wanted:
            continue
        locked = await lock_all(store, conn, wanted, visibility, interaction, to_read=method == "PATCH")
        for key, current in locked.items():
            plan.found[wanted[key].index] = current
            check_version(current, wanted[key].if_match)


def _draft(entry: Entry, plan: _Plan, patch: Callable[[Entry, Stored], dict[str, Any]],
           may_choose_id: Callable[[str], bool]) -> tuple[Draft, Entry] | None:  # fmt: skip
    """What the entry will write; None for one that writes nothing new."""
    current = plan.found.get(entry.index)
    if entry.method == "DELETE" or entry.index in plan.skipped:
        return None
    if entry.method == "PATCH":
        if current is None or current.deleted:
            raise NotFound(f"There is no {entry.type} with that id to patch.", path=entry.place)
        resource = patch(entry, current)
        if resource.get("resourceType") != entry.type or resource.get("id") != current.id:
            raise Invalid("A patch may change neither resourceType nor id.", path=f"{entry.place}.resource")
    else:
        resource = entry.resource or {}
    if entry.method == "PUT" and current is None:
        chosen = entry.id or _own_id(entry)
        if entry.if_match is not None or (chosen and not may_choose_id(entry.type)):
            raise NotFound(f"There is no {entry.type} with that id.", path=entry.place)
    return Draft(resource, plan.ids[entry.index], current, f"{entry.place}.resource"), entry


async def _resolve(
    store: Store,
    conn: Connection,
    drafts: list[tuple[Draft, Entry]],
    visibility: Visibility,
    plan: _Plan,
    now: datetime,
) -> None:
    """Makes references final: fullUrls of the bundle, then conditional references against the bundle and the store."""
    conditional = {r async for draft, _ in in_turns(drafts) for r in references_in(draft.resource) if is_conditional(r)}
    inside = Inside(store, [draft for draft, _ in drafts])
    for reference in sorted(conditional):
        plan.names[reference] = await resolve(store, conn, reference, inside, visibility, now)
    faults: list[Fault] = []
    async for draft, _ in in_turns(drafts):
        draft.resource = rewrite_references(draft.resource, plan.names)
        if any(r.startswith("urn:uuid:") for r in references_in(draft.resource)):
            faults.append(Fault("A urn:uuid reference is to no entry of this bundle.", draft.place, "not-found"))
    if faults:
        raise Invalid("References inside the bundle lead nowhere; nothing was written.", faults=tuple(faults))


async def _delete(
    store: Store, conn: Connection, entries: list[Entry], plan: _Plan, updated: datetime
) -> dict[int, Outcome]:
    asked = [entry for entry in entries if entry.method == "DELETE" and entry.index not in plan.skipped]
    outcomes = {entry.index: Outcome(entry, "deleted") for entry in asked}
    there = [each.index for each in asked if each.index in plan.found and not plan.found[each.index].deleted]
    erased = await erase(store, conn, [plan.found[index] for index in there], updated) if there else []
    for index, each in zip(there, erased, strict=True):
        outcomes[index].stored = each
    return outcomes
