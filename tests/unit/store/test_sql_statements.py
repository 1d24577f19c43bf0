"""Files of SQL are cut where PostgreSQL's own shell would cut them."""

from __future__ import annotations

import pytest

from osler.store.sql_statements import split_statements


@pytest.mark.parametrize(
    ("sql", "statements"),
    [
        ("", []),
        ("  -- nothing\n/* at ; all */\n;;", []),
        ("SELECT 1", [(1, "SELECT 1")]),
        ("SELECT 1;\n\n-- two; words\nSELECT 2;", [(1, "SELECT 1"), (4, "SELECT 2")]),
        ("SELECT ';', 'it''s;', \"a;b\", E'\\';', 1; SELECT 2", [(1, "SELECT ';', 'it''s;', \"a;b\", E'\\';', 1"), (1, "SELECT 2")]),
        ("SELECT 1 /* a /* nested; */ comment; */ + 1; SELECT 2", [(1, "SELECT 1 /* a /* nested; */ comment; */ + 1"), (1, "SELECT 2")]),
        ("DO $$ BEGIN x; END $$; SELECT 2", [(1, "DO $$ BEGIN x; END $$"), (1, "SELECT 2")]),
        ("DO $a$ $$;$$ $a$; SELECT $1", [(1, "DO $a$ $$;$$ $a$"), (1, "SELECT $1")]),
        (
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;\nSELECT 3",
            [
                (1, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"),
                (2, "SELECT 3"),
            ],
        ),
        ("SELECT CASE WHEN a THEN 1 END; SELECT 2", [(1, "SELECT CASE WHEN a THEN 1 END"), (1, "SELECT 2")]),
        ("SELECT 'never closed; SELECT 2", [(1, "SELECT 'never closed; SELECT 2")]),
    ],
)  # fmt: skip
def test_statements_and_the_lines_they_begin_on(sql, statements):
    assert list(split_statements(sql)) == statements
