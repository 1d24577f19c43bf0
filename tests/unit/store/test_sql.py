"""A statement with more arguments than PostgreSQL takes is refused before it is sent."""

from __future__ import annotations

import pytest

from osler.core.errors import TooCostly
from osler.store.sql import MOST_ARGUMENTS, Sql


def test_a_statement_has_as_many_arguments_as_postgresql_takes():
    sql = Sql()
    for n in range(MOST_ARGUMENTS):
        sql.arg(n, "bigint")
    with pytest.raises(TooCostly, match="split it"):
        sql.arg(1, "bigint")
    assert len(sql.args) == MOST_ARGUMENTS
