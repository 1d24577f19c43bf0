"""The read paths of `Records` beside their oracle: every path asks one question of both and says whether they agree."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from osler.access.actors import SYSTEM, Purpose
from osler.access.beginnings import list_beginning
from osler.access.records import Everything, Records
from osler.access.rules import Rules
from osler.core.clock import now as present
from osler.core.errors import OslerError
from osler.fhir.search.parse import parse_query
from osler.store.reference.eyes import reads
from osler.store.store import Store
from osler.store.stored import Stored
from osler.store.visible import prepare
from tests.differential.clinic import CATEGORIES, CODES, DOCTORS, FAMILIES, PATIENTS, SITES, Key, Resource
from tests.differential.readers import KINDS
from tests.differential.sight import SUBSETTED, Params, Sight, everything

Answer = Any


@dataclass(frozen=True, slots=True)
class Question:
    """`ask` puts it to Records, `expect` to the oracle; `text` says it."""

    text: str
    ask: Callable[[Records], Awaitable[Answer]]
    expect: Callable[[Sight], Answer]
    about: Resource | None = None
    """For writes, what is written or deleted: the case counts as hiding when the reader does not see all of it."""

    def hides(self, sight: Sight, expected: Answer) -> bool:
        if self.about is not None and sight.eyes.hidden(self.about, "read"):
            return True
        return expected != self.expect(everything(sight))


async def records_for(store: Store, sight: Sight) -> Records:
    await prepare(store, sight.eyes.visibility)
    return Records(store, SYSTEM, Purpose.TREATMENT, sight.eyes.visibility, present, Rules())


async def answer(question: Question, records: Records) -> Answer:
    """What Records say; an error is its name."""
    try:
        return await question.ask(records)
    except OslerError as error:
        return type(error).__name__


def body(stored: Stored) -> Resource:
    """The resource without the tag that says that something was left out: only what is left counts."""
    resource = stored.json()
    tags = [tag for tag in resource.get("meta", {}).get("tag", []) if tag.get("code") != SUBSETTED]
    if tags:
        resource["meta"]["tag"] = tags
    else:
        resource.get("meta", {}).pop("tag", None)
    return resource


def key_of(stored: Stored) -> Key:
    return stored.type, stored.id


# -- one resource ------------------------------------------------------------------------------------------------------


def read(random: Random, sight: Sight) -> Question:
    key = _key(random, sight, [*sight.versions, ("Patient", "nobody")])
    return Question(f"read {key}", lambda r: _body(r.read(*key)), lambda s: s.read(key))


def vread(random: Random, sight: Sight) -> Question:
    key = _key(random, sight, list(sight.versions))
    number = random.randint(1, len(sight.versions[key]))
    return Question(
        f"vread {key} {number}", lambda r: _body(r.read_version(*key, number)), lambda s: s.version(key, number)
    )


def history(random: Random, sight: Sight) -> Question:
    key = _key(random, sight, list(sight.versions))

    async def ask(records: Records) -> Answer:
        found = await records.list_versions(*key)
        return [(v.version, "Gone" if v.deleted else body(v)) for v in reversed(found)]

    return Question(f"history of {key}", ask, lambda s: s.history(key))


def history_of_type(random: Random, sight: Sight) -> Question:
    kind = random.choice(KINDS)
    return Question(f"history of {kind}", lambda r: _changes(r, kind), lambda s: _by_key(s.changes(kind)))


def history_of_system(random: Random, sight: Sight) -> Question:
    return Question("history of everything", lambda r: _changes(r, None), lambda s: _by_key(s.changes(None)))


async def _body(reading: Awaitable[Stored]) -> Answer:
    return body(await reading)


async def _changes(records: Records, kind: str | None) -> Answer:
    found, before = [], None
    while page := await records.list_changes(kind, before=before, limit=40):
        found += [(key_of(v), v.version, "Gone" if v.deleted else body(v)) for _, v in page]
        before = page[-1][0]
    assert len(found) == len({(key, number) for key, number, _ in found})
    return _by_key(found)


def _by_key(changes: list[tuple[Key, int, Any]]) -> list[tuple[Key, int, Any]]:
    return sorted(changes, key=lambda change: change[:2])


# -- searches ----------------------------------------------------------------------------------------------------------


def searching(text: str, kind: str, params: Params, compartment: Key | None = None) -> Question:
    async def ask(records: Records) -> Answer:
        query = parse_query(kind, params, zone=records.store.zone, now=present(), compartment=compartment)
        page = await records.search(query)
        assert page.next is None
        matches = {key_of(m): body(m) for m in page.matches}
        assert len(matches) == len(page.matches)
        return matches, {key_of(m): body(m) for m in page.included}, page.total

    def expect(sight: Sight) -> Answer:
        return sight.search(kind, params, compartment)

    return Question(f"{text} {kind}?{params} {compartment or ''}", ask, expect)


def counting(kind: str, params: Params) -> Question:
    async def ask(records: Records) -> Answer:
        query = parse_query(kind, params, zone=records.store.zone, now=present())
        page = await records.search(query)
        return page.total, await records.count(query)

    def expect(sight: Sight) -> Answer:
        found = sight.search(kind, [p for p in params if p[0] not in ("_total", "_summary", "_count")])
        return found if found == "Forbidden" else (found[2], found[2])

    return Question(f"count {kind}?{params}", ask, expect)


def criterion(random: Random, kind: str) -> tuple[str, str]:
    """One thing to ask of a type."""
    patient, doctor, site = random.choice(PATIENTS), random.choice(DOCTORS), random.choice(SITES)
    asked = {
        "Patient": [
            ("family", random.choice(FAMILIES)),
            ("birthdate", "ge1985"),
            ("phone", "555-1"),
            ("name:contains", "o"),
            ("identifier", "urn:mrn|m1"),
            ("telecom:missing", "true"),
            ("birthdate:missing", "false"),
            ("organization", site),
            ("_id", f"{patient},p1,p2"),
            ("_tag", f"urn:osler:site|{site}"),
        ],
        "Observation": [
            ("code", ",".join(random.sample(CODES, 2))),
            ("category", random.choice(CATEGORIES)),
            ("date", "ge2021"),
            ("patient", patient),
            ("value-quantity", "ge2"),
            ("code:not", random.choice(CODES)),
            ("code-value-quantity", f"{CODES[0]}$lt3"),
            ("performer", f"Practitioner/{doctor}"),
            ("_security", "PSY"),
        ],
        "Encounter": [
            ("status", "finished"),
            ("date", "ge2020"),
            ("practitioner", doctor),
            ("service-provider", site),
        ],
        "Condition": [
            ("code", CODES[0]),
            ("category:not", "problem-list-item"),
            ("patient", patient),
            ("code:missing", "true"),
        ],
        "CareTeam": [
            ("participant", f"Practitioner/{doctor}"),
            ("status", "active"),
            ("subject", f"Patient/{patient}"),
        ],
        "DocumentReference": [
            ("custodian", site),
            ("category", random.choice(CATEGORIES)),
            ("patient", patient),
        ],
        "Group": [("member", f"Patient/{patient}"), ("type", "person")],
        "Provenance": [
            ("target", f"Patient/{patient}"),
            ("recorded", "le2030"),
            ("agent", doctor),
            ("target:missing", "false"),
        ],
        "Task": [("status", "requested"), ("focus", "Condition/c1"), ("patient", patient), ("focus:missing", "false")],
        "Communication": [("status", "completed"), ("subject", f"Patient/{patient}")],
        "Bundle": [("type", "collection"), ("_security", "PSY"), ("_tag", f"urn:osler:site|{site}")],
        "Organization": [("name", "site"), ("name:contains", "s1")],
        "Practitioner": [("family", "doctor"), ("name:missing", "false")],
    }
    return random.choice(asked[kind])


def _key(random: Random, sight: Sight, keys: list[Key]) -> Key:
    """Any of the keys, more often one of a type of which something is hidden."""
    kind = _kind(random, sight)
    return random.choice([key for key in keys if key[0] == kind] or keys)


def _kind(random: Random, sight: Sight) -> str:
    """Any type, more often one of which something is hidden."""
    hidden = {path.split(".")[0] for rule in sight.eyes.visibility.rules for path in rule.hidden}
    return random.choice(sorted(hidden) if hidden and random.random() < 0.8 else KINDS)


def search(random: Random, sight: Sight) -> Question:
    kind = _kind(random, sight)
    params = [criterion(random, kind) for _ in range(random.choice([1, 1, 2]))]
    sorts = {"Patient": ["birthdate", "-name", "phone"], "Observation": ["-date", "code", "value-quantity"]}.get(kind)
    return searching(
        "search", kind, params + ([("_sort", random.choice(sorts))] if sorts and random.random() < 0.4 else [])
    )


LINKS = [
    ("Observation", "subject", "Patient"), ("Observation", "performer", "Practitioner"), ("Observation", "performer", "Patient"),
    ("Condition", "subject", "Patient"), ("Encounter", "participant", "Practitioner"), ("Encounter", "subject", "Patient"),
    ("Encounter", "service-provider", "Organization"), ("CareTeam", "participant", "Practitioner"),
    ("CareTeam", "subject", "Patient"), ("DocumentReference", "custodian", "Organization"), ("Group", "member", "Patient"),
    ("Provenance", "target", "Patient"), ("Provenance", "target", "Condition"), ("Provenance", "target", "Encounter"),
    ("Provenance", "target", "Encounter"), ("Task", "focus", "Encounter"), ("Task", "focus", "Condition"), ("Patient", "organization", "Organization"),
    ("Patient", "general-practitioner", "Practitioner"),
]  # fmt: skip


def chain(random: Random, sight: Sight) -> Question:
    kind, code, end = random.choice(LINKS)
    name, value = criterion(random, end)
    onward = [link for link in LINKS if link[0] == end]
    if onward and random.random() < 0.4:
        _, second, last = random.choice(onward)
        name, value = criterion(random, last)
        name = f"{second}:{last}.{name}"
    return searching("chain", kind, [(f"{code}:{end}.{name}", value)])


def has(random: Random, sight: Sight) -> Question:
    kind, code, end = random.choice(LINKS)
    name, value = criterion(random, kind)
    back = [link for link in LINKS if link[2] == kind]
    if back and random.random() < 0.4:
        first, second, _ = random.choice(back)
        name, value = criterion(random, first)
        name = f"_has:{first}:{second}:{name}"
    return searching("_has", end, [(f"_has:{kind}:{code}:{name}", value)])


def include(random: Random, sight: Sight) -> Question:
    hidden = [path for rule in sight.eyes.visibility.rules for path in rule.hidden]
    telling = [link for link in LINKS if any(reads(f"{link[0]}.{link[1]}", path) for path in hidden)]
    kind, code, end = random.choice(random.choice([LINKS, telling or LINKS]))
    written = random.choice([f"{kind}:{code}", f"{kind}:{code}:{end}"])
    some = [criterion(random, kind)] if random.random() < 0.5 else []
    return searching("_include", kind, [*some, ("_include", written)])


def revinclude(random: Random, sight: Sight) -> Question:
    kind, code, end = random.choice(LINKS)
    some = [criterion(random, end)] if random.random() < 0.5 else []
    return searching("_revinclude", end, [*some, ("_revinclude", f"{kind}:{code}")])


def total(random: Random, sight: Sight) -> Question:
    kind = _kind(random, sight)
    asked = random.choice([("_total", "accurate"), ("_summary", "count"), ("_count", "0")])
    return counting(kind, [criterion(random, kind), asked])


def compartment(random: Random, sight: Sight) -> Question:
    kind = random.choice([k for k in KINDS if k not in ("Organization", "Practitioner", "Bundle")])
    some = [criterion(random, kind)] if random.random() < 0.3 else []
    return searching("compartment", kind, some, ("Patient", random.choice(PATIENTS)))


def everything_of(random: Random, sight: Sight) -> Question:
    patient = random.choice(PATIENTS)

    async def ask(records: Records) -> Answer:
        found: dict[Key, Resource] = {}
        cursor: str | None = ""
        while cursor is not None:
            page = await records.everything(Everything(patient, cursor=cursor, limit=9))
            assert not {key_of(each) for each in page.matches} & found.keys()
            found |= {key_of(each): body(each) for each in page.matches}
            cursor = page.next
        return found

    return Question(f"everything of {patient}", ask, lambda s: s.everything(patient))


def beginnings(random: Random, sight: Sight) -> Question:
    """Names by what somebody types, with and without another criterion."""
    param, typed = random.choice(
        [("family", ["it"]), ("family", ["ber", "cr"]), ("name", ["p"]), ("given", ["p1", "p2"])]
    )
    where = [criterion(random, "Patient")] if random.random() < 0.5 else []

    async def ask(records: Records) -> Answer:
        query = parse_query("Patient", where, zone=records.store.zone, now=present())
        return {key_of(each): body(each) for each in await list_beginning(records, query, param, typed, limit=50)}

    def expect(sight: Sight) -> Answer:
        found = sight.search("Patient", [(param, ",".join(typed)), *where])
        return found if found == "Forbidden" else found[0]

    return Question(f"{param} beginning {typed} where {where}", ask, expect)


# -- writes, undone afterwards -----------------------------------------------------------------------------------------


async def undone(records: Records, work: Callable[[Records], Awaitable[Answer]]) -> Answer:
    """The answer of a writing request whose transaction is then rolled back."""
    async with records.store.pool.connection() as conn:
        unit = records.begin_unit(conn, _no_stamp)
        try:
            return await work(records)
        except OslerError as error:
            return type(error).__name__
        finally:
            records._unit = None
            if unit.started:
                with contextlib.suppress(Exception):
                    await conn.execute("ROLLBACK")


async def _no_stamp() -> list[object]:
    return []


def condition(random: Random, sight: Sight) -> Question:
    kind = _kind(random, sight)
    name, value = criterion(random, kind)

    async def work(records: Records) -> Answer:
        found = await records.find_one(kind, f"{name}={value}")
        return found and (key_of(found), body(found))

    def expect(sight: Sight) -> Answer:
        found = sight.match(kind, [(name, value)])
        if not isinstance(found, tuple):
            return found
        shown, _, _ = sight.search(kind, [(name, value)])
        return found, shown[found]

    return Question(f"conditional {kind}?{name}={value}", lambda r: undone(r, work), expect)


def put(random: Random, sight: Sight) -> Question:
    """What was read is sent back as it is: afterwards the record holds what it held, hidden elements too."""
    key = _key(random, sight, [key for key, versions in sight.versions.items() if versions[-1] is not None])
    held = sight.versions[key][-1]
    assert held is not None

    async def work(records: Records) -> Answer:
        shown = await records.find(*key)
        await records.update(shown.json() if shown else held, key[1])
        conn = await records.connection()
        row = await conn.fetchrow("SELECT body FROM resource WHERE self = $1", records.store.hasher.self_of(*key))
        assert row is not None
        kept = records.store.bodies.unpack(row["body"])
        return "done" if _same_but_for_version(kept, held) else f"changed to {kept!r}"

    return Question(f"put {key}", lambda r: undone(r, work), lambda s: s.update(key, held), held)


def _same_but_for_version(kept: bytes, held: Resource) -> bool:
    from osler.fhir import json

    found = json.decode(kept)
    ignored = {"versionId": "", "lastUpdated": ""}
    return found | {"meta": found["meta"] | ignored} == held | {"meta": held["meta"] | ignored}


def delete(random: Random, sight: Sight) -> Question:
    key = _key(random, sight, [*sight.versions, ("Observation", "nobody")])

    async def work(records: Records) -> Answer:
        return "nothing" if await records.delete(*key) is None else "done"

    return Question(f"delete {key}", lambda r: undone(r, work), lambda s: s.delete(key), sight.last(key))


def create(random: Random, sight: Sight) -> Question:
    """A new resource that points at something, which may be hidden."""
    models = [v[-1] for v in sight.versions.values() if v[-1] is not None]
    model = random.choice(models)
    resource = {name: value for name, value in model.items() if name not in ("id",)}
    resource["meta"] = {k: v for k, v in model["meta"].items() if k in ("tag", "security")}

    async def work(records: Records) -> Answer:
        await records.create({k: v for k, v in resource.items() if v != {}})
        return "done"

    return Question(
        f"create {resource}", lambda r: undone(r, work), lambda s: s.create(resource | {"id": "new"}), model
    )


PATHS: dict[str, Callable[[Random, Sight], Question]] = {
    "read": read,
    "vread": vread,
    "history of a resource": history,
    "history of a type": history_of_type,
    "history of everything": history_of_system,
    "search": search,
    "chain": chain,
    "_has": has,
    "_include": include,
    "_revinclude": revinclude,
    "count": total,
    "compartment": compartment,
    "$everything": everything_of,
    "beginnings": beginnings,
    "conditional match": condition,
    "update": put,
    "create": create,
    "delete": delete,
}
