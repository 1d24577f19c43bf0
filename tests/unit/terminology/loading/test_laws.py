"""What holds for every reader: the same bytes twice, order of rows without meaning, progress, no crash on any input."""

from __future__ import annotations

import contextlib
import random
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.core.errors import OslerError
from osler.terminology.loading import KINDS, Options, read_release
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.loaded import Loaded
from osler.terminology.loading.resource_packing import pack_resources
from osler.terminology.loading.sctid import is_sctid
from osler.terminology.model import Head
from osler.terminology.packing import pack_release, unpack_release
from tests.unit.terminology.loading import excerpts as made
from tests.unit.terminology.loading.test_bad_files import GOOD, SAID

HEAD = Head("x", "http://example.org", "1", date(2026, 1, 1), "X", "made up", "none")


def packed(loaded: Loaded) -> bytes:
    if loaded.resources:
        return pack_resources(loaded.head, loaded.resources)
    return pack_release(loaded.head, loaded.concepts, loaded.relations, loaded.aliases)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_gives_the_same_bytes(tmp_path: Path, kind: str):
    path = GOOD[kind](tmp_path)
    first, second = (packed(read_release(kind, path, options=SAID)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
def test_progress_ends_with_all_rows(tmp_path: Path, kind: str):
    heard: list[tuple[int, int]] = []
    read_release(kind, GOOD[kind](tmp_path), lambda rows, total: heard.append((rows, total)), SAID)
    assert heard
    assert heard[-1][0] == heard[-1][1] > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_means_nothing(tmp_path: Path, seed: int):
    shuffled = dict(made.SNOMED)
    for name, text in shuffled.items():
        assert isinstance(text, str)
        first, *rows = text.splitlines(keepends=True)
        random.Random(seed).shuffle(rows)
        shuffled[name] = first + "".join(rows)
    ordered = packed(read_release("snomed", made.zipped(tmp_path / "s.zip", made.SNOMED)))
    assert packed(read_release("snomed", made.zipped(tmp_path / "s.zip", shuffled))) == ordered


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).map(str.strip).filter(bool)
CODE = st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True)


@given(st.dictionaries(CODE, TEXT, min_size=1, max_size=20), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_is_gathered_comes_back_in_order(rows: dict[str, str], order: random.Random):
    codes = list(rows)
    order.shuffle(codes)
    into = Gathering("x")
    for code in codes:
        into.concept(code, rows[code])
        into.property(code, "p", "1")
        into.property(code, "p", "1")
        into.alias("a", "1", code)
        into.relation(code, "r", codes[0])
        into.relation(code, "r", "nowhere")
    with into.loaded(HEAD) as loaded:
        found = list(loaded.concepts)
        assert [each.code for each in found] == sorted(rows)
        assert all(each.display == " ".join(rows[each.code].split()) for each in found)
        assert all(each.properties == (("p", "1"),) for each in found)
        assert len(list(loaded.relations)) == len(list(loaded.aliases)) == len(rows)
        again = unpack_release(packed(loaded))
        assert list(again.concepts) == found


@given(st.integers(10**4, 10**16), st.integers(0, 17), st.integers(1, 9))
def test_a_wrong_digit_in_a_snomed_code_is_seen(number: int, place: int, by: int):
    code = next(f"{number}{digit}" for digit in range(10) if is_sctid(f"{number}{digit}"))
    at = place % len(code)
    assert not is_sctid(f"{code[:at]}{(int(code[at]) + by) % 10}{code[at + 1 :]}")


LINES = st.lists(st.text("0123456789AZ|\t,\"' \r\n\\<>/aé\x00", max_size=60), max_size=8).map("\n".join)
NAMES = {
    "icd10cm": "icd10cm-order-2027.txt", "icd10pcs": "icd10pcs_order_2027.txt", "loinc": "Loinc.csv", "snomed": "SnomedCT_GPS_20260801.txt",
    "hcpcs": "HCPC2026_OCT_ANWEB.txt", "cpt": "LONGULT.txt", "cvx": "cvx.txt", "mvx": "mvx.xml", "vsac": "sets.csv",
}  # fmt: skip
STARTS = {
    "loinc": made.LOINC_TABLE,
    "snomed": made.PATIENT_SET,
    "vsac": made.VALUE_SET_CSV,
    "cvx": made.CVX_TEXT,
    "cpt": made.PROCEDURE_NAMES,
}


@pytest.mark.parametrize("kind", NAMES)
def test_any_text_is_read_or_refused_in_words(kind: str):
    @given(LINES, st.integers(0, 400))
    @settings(max_examples=25, deadline=None)
    def check(text: str, keep: int):
        with tempfile.TemporaryDirectory() as folder:
            path = made.plain(Path(folder) / NAMES[kind], STARTS.get(kind, "")[:keep] + text)
            with contextlib.suppress(OslerError):
                packed(read_release(kind, path, options=Options(date(2026, 1, 1), licensed=True)))

    check()
