"""The audit key: made once, for its owner's eyes, and every input changes what it yields."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, AuditEntry
from osler.access.audit.key import AuditKey, load_key, moment_of, time_of
from osler.access.audit.sealer import read_anchor
from osler.access.audit.writer import AuditWriter
from osler.core.errors import Conflict
from osler.store.audit import SealRow

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    one = load_key(tmp_path / "keys")
    assert load_key(tmp_path / "keys").fingerprint == one.fingerprint
    assert stat.S_IMODE((tmp_path / "keys" / "audit.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["audit.key"]
    assert load_key(tmp_path / "other").fingerprint != one.fingerprint


def test_processes_that_start_together_get_the_same_key(tmp_path: Path):
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(load_key(tmp_path).fingerprint)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1


@pytest.mark.parametrize("text", ["", "not hex", "abcd"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, text):
    (tmp_path / "audit.key").write_text(text)
    with pytest.raises(Conflict):
        load_key(tmp_path)


def test_a_missing_key_is_not_made_where_it_must_be_there(tmp_path: Path):
    with pytest.raises(Conflict, match="missing"):
        load_key(tmp_path, may_create=False)


def test_every_column_changes_the_mac():
    key, other = AuditKey(b"k" * 32), AuditKey(b"o" * 32)
    row = [1, moment_of(AT), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    macs = {key.row(*row), other.row(*row)}
    for column in range(len(row)):
        changed = [*row]
        changed[column] = moment_of(AT.replace(second=1)) if column == 1 else row[column] + 1
        macs.add(key.row(*changed))
    assert len(macs) == 2 + len(row)


def test_names_cannot_be_moved_between_fields():
    key = AuditKey(b"k" * 32)
    assert key.words(1, "ab", "c") != key.words(1, "a", "bc")
    assert key.words(1, "a", "") != key.words(1, "a")


def test_a_seal_hangs_on_the_one_before():
    key = AuditKey(b"k" * 32)
    seal = SealRow(2, moment_of(AT), 10, [1], [10], [99], b"")
    assert key.seal(seal, b"before") != key.seal(seal, b"other")


def test_times_survive_and_infinity_is_no_time():
    assert time_of(moment_of(AT)) == AT
    assert time_of((2**63 - 1).to_bytes(8, "big", signed=True)) is None


def test_a_writer_uses_up_numbers_only_when_committed():
    writer = AuditWriter(1, AuditKey(b"k" * 32))
    entry = AuditEntry(AT, Actor("a", "user", "A"), Action.READ, Purpose.TREATMENT)
    assert [writer.stamp(entry, 1, 0)[0], writer.stamp(entry, 1, 0)[0]] == [1, 2]
    writer.rolled_back()
    assert writer.stamp(entry, 1, 0)[0] == 1
    assert (writer.num, writer.pending) == (0, True)
    writer.committed()
    assert (writer.num, writer.pending) == (1, False)
    assert writer.stamp(entry, 1, 0)[0] == 2


def test_an_anchor_cut_short_is_no_anchor(tmp_path: Path):
    path = tmp_path / "audit.anchor"
    assert read_anchor(path) is None
    for text in ("", "12", "12 zz", "12 ab cd"):
        path.write_text(text)
        assert read_anchor(path) is None
    path.write_text("12 abcd\n")
    assert read_anchor(path) == (12, b"\xab\xcd")
