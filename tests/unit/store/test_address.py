"""Addresses, and what is made of them for others."""

from __future__ import annotations

import pytest

from osler.store.embedded import Address

SOCKET = Address(host="/run/osler/it's/s")


def test_a_socket_as_a_url_and_for_asyncpg():
    assert SOCKET.to_url() == "postgresql://osler@/osler?host=%2Frun%2Fosler%2Fit%27s%2Fs&port=5432"
    assert SOCKET.connect_args()["host"] == "/run/osler/it's/s"
    assert SOCKET.with_database("other").with_user("me").to_url().startswith("postgresql://me@/other?")


@pytest.mark.parametrize(
    ("url", "shown", "secrets"),
    [
        ("postgresql://u:p%40ss@db:5432/osler", "postgresql://u@db:5432/osler", {"PGPASSWORD": "p@ss"}),
        ("postgresql://u@db/osler?password=x&sslmode=require", "postgresql://u@db/osler?sslmode=require", {"PGPASSWORD": "x"}),
        ("postgresql://db/osler", "postgresql://db/osler", {}),
        ("postgresql:///osler?host=/s", "postgresql:///osler?host=%2Fs", {}),
    ],
)  # fmt: skip
def test_a_password_is_never_on_a_command_line(url: str, shown: str, secrets: dict[str, str]):
    assert Address(url=url).for_programs() == (shown, secrets)


def test_another_database_on_the_same_external_server():
    assert Address(url="postgresql://u:p@db/osler?sslmode=require").with_database("x").to_url() == (
        "postgresql://u:p@db/x?sslmode=require"
    )
    assert Address(url="postgresql:///osler?host=/s").with_database("x").to_url() == "postgresql:///x?host=/s"
