"""Laws that hold over the whole database at every moment between two transactions, asked in SQL.

Each query gives the rows that break its law; a sound record gives none.
"""

from __future__ import annotations

from typing import Any

from osler.fhir import json
from osler.fhir.search.extract import index_values
from osler.store.many import COLUMNS
from osler.store.pool import Connection
from osler.store.rows import make_row
from osler.store.store import Store
from osler.store.write import unpack

_VERSIONS = """
WITH versions AS (
    SELECT rid, type, ver, upd AS at, deleted, true AS latest FROM resource
    UNION ALL SELECT rid, type, ver, at, deleted, false FROM history
)
"""

LAWS: dict[str, str] = {
    "whatever follows others is there": """
        SELECT f.rid FROM follower f LEFT JOIN resource r ON r.type = f.type AND r.rid = f.rid AND NOT r.deleted
        WHERE r.rid IS NULL
    """,
    "history is contiguous from 1 to the version before the current one": """
        SELECT r.rid FROM resource r LEFT JOIN history h ON h.rid = r.rid
        GROUP BY r.rid, r.ver HAVING count(h.ver) <> r.ver - 1 OR (r.ver > 1 AND (min(h.ver) <> 1 OR max(h.ver) <> r.ver - 1))
    """,
    "no version is in history twice": "SELECT rid FROM history GROUP BY rid, ver HAVING count(*) > 1",
    "history belongs to a resource of the same type and id": """
        SELECT h.rid FROM history h LEFT JOIN resource r ON r.rid = h.rid AND r.type = h.type AND r.id = h.id
        WHERE r.rid IS NULL
    """,
    "every version has exactly one change": _VERSIONS
    + """
        SELECT v.rid FROM versions v LEFT JOIN change c ON c.rid = v.rid AND c.ver = v.ver
        GROUP BY v.rid, v.ver HAVING count(c.seq) <> 1
    """,
    "every change is of a version that is there, of that type, at that time": _VERSIONS
    + """
        SELECT c.rid FROM change c LEFT JOIN versions v ON v.rid = c.rid AND v.ver = c.ver AND v.type = c.type AND v.at = c.at
        WHERE v.rid IS NULL
    """,
    "a change says what the version is": _VERSIONS
    + """
        SELECT c.rid FROM change c JOIN versions v ON v.rid = c.rid AND v.ver = c.ver
        WHERE (c.op = 'd') <> v.deleted OR (c.op = 'c') <> (v.ver = 1)
    """,
    "later versions are not older": """
        SELECT h.rid FROM history h JOIN resource r ON r.rid = h.rid WHERE h.at > r.upd
        UNION ALL SELECT a.rid FROM history a JOIN history b ON b.rid = a.rid AND b.ver = a.ver + 1 WHERE a.at > b.at
    """,
    "references are from resources that are there, alive": """
        SELECT f.src FROM refs f LEFT JOIN resource r ON r.rid = f.src WHERE r.rid IS NULL OR r.deleted
    """,
    "references are to resources that are there, alive": """
        SELECT f.src FROM refs f LEFT JOIN resource r ON r.self = f.target WHERE r.rid IS NULL OR r.deleted
    """,
    "whoever is the subject is there, alive": """
        SELECT r.rid FROM resource r LEFT JOIN resource p ON p.self = r.pat
        WHERE NOT r.deleted AND r.pat IS NOT NULL AND (p.rid IS NULL OR p.deleted)
    """,
    "strings, numbers, dates and panels are of resources that are there, alive": """
        SELECT x.rid FROM (SELECT rid FROM strings UNION ALL SELECT rid FROM numbers UNION ALL SELECT rid FROM dates
                           UNION ALL SELECT src FROM panel) AS x
        LEFT JOIN resource r ON r.rid = x.rid WHERE r.rid IS NULL OR r.deleted
    """,
    "every resource has tokens and a body": """
        SELECT rid FROM resource WHERE NOT deleted AND (cardinality(tok) = 0 OR length(body) < 3)
    """,
    "a row id is of one resource": "SELECT rid FROM resource GROUP BY rid HAVING count(*) > 1",
    "every writing transaction has exactly one audit row": """
        SELECT c.tx FROM (SELECT DISTINCT tx::text::bigint AS tx FROM change) AS c
        LEFT JOIN (SELECT xmin::text::bigint AS x FROM audit) AS a ON a.x = c.tx & 4294967295
        GROUP BY c.tx HAVING count(a.x) <> 1
    """,
}


async def broken_laws(conn: Any) -> list[str]:
    """The laws that do not hold, with how often."""
    faults: list[str] = []
    for law, query in LAWS.items():
        count = await conn.fetchval(f"SELECT count(*) FROM ({query}) AS broken")
        if count:
            faults.append(f"{count} times not so: {law}")
    return faults


_OWN = ("self", "pat", "d_lo", "d_hi", "type", "id", "pats", "org", "lab", "tok")
_INDEXED = {
    "strings": "SELECT param, txt, comp FROM strings WHERE rid = $1",
    "numbers": "SELECT param, comp, sys, code, unit, lo, hi FROM numbers WHERE rid = $1",
    "dates": "SELECT param, comp, lo, hi FROM dates WHERE rid = $1",
    "refs": "SELECT target, param FROM refs WHERE src = $1",
}


_FOLLOWERS = """
SELECT w.rid, w.org AS own_org, w.lab AS own_lab, f.pats, f.org, f.lab
FROM follower w, LATERAL followed(w.param, w.org, w.lab, ARRAY(
    SELECT DISTINCT x.target FROM refs x WHERE x.src = w.rid AND (w.param IS NULL OR x.param = w.param))) AS f
"""
"""Rows that take columns from what they point at: what they name themselves, and what they should have taken."""


async def stale_indexes(store: Store, conn: Connection) -> list[str]:
    """Extracts every current resource anew and compares it with the rows that index it."""
    faults: list[str] = []
    rows = await conn.fetch("SELECT * FROM resource WHERE NOT deleted")
    side = {name: await _by_row(conn, name) for name in _INDEXED}
    followers = {each["rid"]: each for each in await conn.fetch(_FOLLOWERS)}
    for row in rows:
        resource = json.decode(await unpack(store, row["body"]))
        name = f"{store.type_name(row['type'])}/{row['id']}"
        values = index_values(resource, zone=store.zone, base_url=store.base_url)
        await store.intern_names(resource, values)
        fresh = make_row(store, resource, b"{}", values, rid=row["rid"], version=row["ver"], updated=row["upd"])
        if resource["id"] != row["id"] or resource["meta"]["versionId"] != str(row["ver"]) or fresh.self != row["self"]:
            faults.append(f"{name}: row and body differ")
        columns = dict(zip(COLUMNS, fresh.main, strict=True))
        if follower := followers.get(row["rid"]):
            if (follower["own_org"], follower["own_lab"]) != (columns["org"], columns["lab"]):
                faults.append(f"{name}: what it names itself is stale")
            columns |= {each: follower[each] for each in ("pats", "org", "lab")}
        if any(_plain((columns[each],)) != _plain((row[each],)) for each in _OWN):
            faults.append(f"{name}: the row's own columns are stale")
        for kind in _INDEXED:
            if side[kind].get(row["rid"], set()) != {_plain(each) for each in getattr(fresh, kind)}:
                faults.append(f"{name}: {kind} are stale")
    return faults


async def _by_row(conn: Connection, table: str) -> dict[int, set[tuple[Any, ...]]]:
    columns = _INDEXED[table].partition(" FROM ")[0].removeprefix("SELECT ")
    owner = "src" if table == "refs" else "rid"
    found: dict[int, set[tuple[Any, ...]]] = {}
    for row in await conn.fetch(f"SELECT {owner}, {columns} FROM {table}"):
        found.setdefault(row[0], set()).add(_plain(tuple(row)[1:]))
    return found


def _plain(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """asyncpg gives infinities of timestamps without a zone, others with one."""
    return tuple(each.replace(tzinfo=None) if hasattr(each, "tzinfo") else each for each in values)
