"""What `copying` encodes is, for PostgreSQL, what the driver would have sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osler.fhir.search.values import IndexValues
from osler.store.copying import COLUMNS, SIDES, encoded
from osler.store.pool import Connection
from osler.store.rows import ALWAYS, NEVER, Row
from osler.store.store import Store

SMALL = st.integers(-(2**15), 2**15 - 1)
INT = st.integers(-(2**31), 2**31 - 1)
BIG = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))])
MOMENT = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)
SPAN_END = st.one_of(MOMENT, st.sampled_from([NEVER, ALWAYS]))
EXPONENT = st.integers(-30, 30)
NUMBER = st.one_of(
    st.none(),
    st.builds(lambda digits, exponent: Decimal(digits).scaleb(exponent), st.integers(-(10**18), 10**18), EXPONENT),
    st.sampled_from([Decimal(each) for each in ("0", "-0.00", "1.10", "0.0001", "10000", "99999999.5", "1E+20")]),
)
LIST = st.one_of(st.none(), st.lists(INT, max_size=4))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    rid, version, kind = draw(BIG), draw(INT), draw(SMALL)
    main = (
        rid, draw(BIG), draw(st.one_of(st.none(), BIG)), draw(MOMENT), draw(SPAN_END), draw(SPAN_END), version, kind,
        draw(SMALL), draw(st.booleans()), draw(TEXT), draw(st.one_of(st.none(), st.lists(BIG, max_size=3))), draw(LIST),
        draw(LIST), draw(st.lists(BIG, max_size=60)), draw(st.binary(max_size=300)),
    )  # fmt: skip
    return Row(
        "Patient", "p", rid, 0, version, main[3], IndexValues(), main,
        strings=draw(st.lists(st.tuples(INT, TEXT, BIG), max_size=3)),
        numbers=draw(st.lists(st.tuples(INT, BIG, BIG, BIG, BIG, NUMBER, NUMBER), max_size=3)),
        dates=draw(st.lists(st.tuples(INT, BIG, SPAN_END, SPAN_END), max_size=3)),
        refs=draw(st.lists(st.tuples(BIG, INT), max_size=3)),
        panel=draw(st.lists(BIG, max_size=3)), panel_until=draw(SPAN_END), targets=[], body=b"", phrases=[],
    )  # fmt: skip


def by_the_driver(row: Row) -> dict[str, list[tuple[object, ...]]]:
    """The same tuples as the driver takes them."""
    rid, patient, kind = row.rid, row.main[2], row.main[7]
    return {
        "resource": [row.main],
        "strings": [(rid, comp, param, text) for param, text, comp in row.strings],
        "numbers": [(rid, comp, code, sys, unit, param, lo, hi) for param, comp, sys, code, unit, lo, hi in row.numbers],
        "dates": [(rid, comp, lo, hi, param) for param, comp, lo, hi in row.dates],
        "refs": [(target, rid, param) for target, param in row.refs],
        "change": [(row.updated, rid, row.version, kind, b"c")],
        "panel": [] if patient is None else [(actor, patient, rid, row.panel_until) for actor in row.panel],
    }  # fmt: skip


async def kept(conn: Connection, table: str, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    """What stands in a copy of the table, as text: an equal number may still be kept with other digits."""
    shown = ", ".join(f"{each}::text" for each in columns)
    return [tuple(row) for row in await conn.fetch(f"SELECT {shown} FROM {table}_copy ORDER BY {shown}")]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(rows(), min_size=1, max_size=5))
async def test_every_table_gets_the_same_as_from_the_driver(store: Store, some: list[Row]):
    async with store.pool.connection() as conn:
        await conn.execute("BEGIN")
        for place, (table, columns) in enumerate((("resource", COLUMNS), *SIDES)):
            await conn.execute(f"CREATE TEMP TABLE {table}_copy (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY)")
            await conn.copy(f"{table}_copy", columns, [each for row in some for each in by_the_driver(row)[table]])
            sent = await kept(conn, table, columns)
            await conn.execute(f"TRUNCATE {table}_copy")
            await conn.copy_encoded(f"{table}_copy", columns, [encoded(row)[place] for row in some])
            assert await kept(conn, table, columns) == sent
        await conn.execute("ROLLBACK")
