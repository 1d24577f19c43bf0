"""Ids are unique, sort by time and obey FHIR's grammar."""

from __future__ import annotations

import time

import pytest

from osler.core.ids import LENGTH, is_id, new_id


def test_ids_differ_and_are_fhir_ids():
    ids = {new_id() for _ in range(10_000)}
    assert len(ids) == 10_000
    assert all(is_id(one) and len(one) == LENGTH for one in ids)


def test_ids_made_in_different_milliseconds_sort_by_time():
    earlier = new_id()
    until = time.time() + 0.003
    while time.time() < until:  # the clock has to have moved on, which a sleep does not promise
        time.sleep(0.001)
    assert earlier < new_id()


@pytest.mark.parametrize("text", ["a", "A-b.9", "x" * 64])
def test_other_servers_ids_are_ids(text: str):
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a/b", "a_b", "é", "a\n"])
def test_what_fhir_does_not_allow_is_no_id(text: str):
    assert not is_id(text)
