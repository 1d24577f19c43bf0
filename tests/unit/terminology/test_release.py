"""A release survives packing and writing, and refuses what is damaged."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import Invalid
from osler.terminology.catalog import Catalog
from osler.terminology.release import (
    Concept,
    Designation,
    Head,
    Release,
    head_of,
    pack_release,
    unpack_release,
    write_packed,
    write_release,
)

HEAD = Head("toys", "urn:toys", "1", date(2026, 1, 1), "Toys", "our attic", "CC0")
CONCEPTS = [
    Concept("T", "Toy", properties=(("kind", "any"),)),
    Concept(
        "C", "Toy car", parents=("T",), designations=(Designation("Auto", "de"),), properties=(("kind", "wheels"),)
    ),
    Concept("C1", "Red toy car", status="retired", parents=("C",)),
]
RELATIONS = [("C1", "made_of", "wood"), ("C", "like", "C1")]
ALIASES = [("ean", "0012", "C1"), ("ean", "0013", "C1")]


@pytest.fixture
def toys(tmp_path: Path) -> Release:
    path = tmp_path / "toys.sqlite"
    write_packed(path, pack_release(HEAD, CONCEPTS, RELATIONS, ALIASES))
    return Release(path)


def test_everything_comes_back(toys: Release):
    assert toys.head == HEAD
    assert toys.count == 3
    assert sorted(toys.concepts(), key=lambda each: each.code) == sorted(CONCEPTS, key=lambda each: each.code)
    assert toys.find("X") is None
    assert toys.find_all(["C", "X", "T"]) == {"C": CONCEPTS[1], "T": CONCEPTS[0]}


def test_how_concepts_hang_together(toys: Release):
    assert toys.parents("C1") == ["C"]
    assert toys.children("T") == ["C"]
    assert toys.ancestors("C1") == ["T", "C"]
    assert toys.descendants("T") == ["C", "C1"]
    assert toys.is_below("C1", "T")
    assert toys.related("C1", "made_of") == ["wood"]
    assert toys.relating("wood", "made_of") == ["C1"]
    assert toys.related("X", "made_of") == toys.related("C1", "unheard of") == []
    assert toys.with_property("kind", "wheels") == ["C"]
    assert toys.by_alias("ean", "0013") == ["C1"]
    assert toys.aliases("C1", "ean") == ["0012", "0013"]


def test_other_languages_match_too(toys: Release):
    assert [(hit.code, hit.matched) for hit in toys.match("aut")] == [("C", "Auto")]


def test_cycles_of_parents_end(tmp_path: Path):
    ring = [Concept("a", "a", parents=("b",)), Concept("b", "b", parents=("a",))]
    write_release(tmp_path / "ring.sqlite", HEAD, ring)
    assert sorted(Release(tmp_path / "ring.sqlite").ancestors("a")) == ["a", "b"]


def test_packing_is_the_same_each_time():
    first = pack_release(HEAD, CONCEPTS, RELATIONS, ALIASES)
    assert first == pack_release(HEAD, iter(CONCEPTS), iter(RELATIONS), iter(ALIASES))
    assert head_of(first) == HEAD


@given(st.data())
def test_damage_is_noticed(data: st.DataObject):
    packed = bytearray(pack_release(HEAD, CONCEPTS, RELATIONS, ALIASES))
    end = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(Invalid):
        _walk(bytes(packed[:end]))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= 0x5A
    with pytest.raises(Invalid):
        _walk(bytes(packed))


def _walk(data: bytes) -> None:
    contents = unpack_release(data)
    for rows in (contents.concepts, contents.relations, contents.aliases):
        list(rows)


def test_a_code_given_twice_leaves_the_file_before_untouched(toys: Release):
    with pytest.raises(Invalid, match="C1 is given twice"):
        write_release(toys.path, HEAD, [*CONCEPTS, CONCEPTS[2]])
    assert Release(toys.path).count == 3
    assert [path.name for path in toys.path.parent.iterdir()] == ["toys.sqlite"]


def test_a_file_that_is_no_release_is_refused(tmp_path: Path):
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"not a database, but long enough to look like a file" * 100)
    with pytest.raises(Invalid, match=r"other\.sqlite"):
        Release(other)


def test_many_threads_read_at_once(toys: Release):
    seen: list[int] = []

    def read() -> None:
        seen.extend(len(toys.descendants("T")) for _ in range(50))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 200


def test_the_release_in_force_speaks(tmp_path: Path):
    releases = []
    for version, since in (("1", date(2025, 1, 1)), ("2", date(2026, 1, 1))):
        path = tmp_path / f"{version}.sqlite"
        write_release(path, Head("toys", "urn:toys", version, since, "Toys", "attic", "CC0"), CONCEPTS)
        releases.append(Release(path))
    catalog = Catalog(releases)

    def version(**asked: object) -> str | None:
        found = catalog.of("urn:toys", **asked)  # pyright: ignore[reportArgumentType]
        return found and found.head.version

    assert version() == "2"
    assert version(on=date(2025, 6, 1)) == "1"
    assert version(on=date(2020, 1, 1)) == "1"
    assert version(version="1") == "1"
    assert version(version="7") is None
    assert catalog.of("urn:other") is None
    assert len(catalog.with_releases([releases[0]]).releases()) == 2
