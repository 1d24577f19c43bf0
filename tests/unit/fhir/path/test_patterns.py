"""Regular expressions: the same answers as Python's, and always an end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import Invalid, TooCostly
from osler.fhir.path import Environment
from osler.fhir.path.patterns import Pattern
from osler.fhir.path.patterns.program import Program
from osler.fhir.path.patterns.reader import read_pattern

PATTERNS = [
    "abc",
    "a|b|ab",
    "(a|b)*c?",
    "a{2,3}b",
    "a{2}",
    "(a+)(b*)c",
    "a+?b",
    "[a-c]+",
    "[^a]b",
    r"\bab\b",
    r"\Ba",
    "^a.*c$",
    "(a*)*b",
    "(?:ab?){1,2}",
    "(a|ab)(c|bcd)",
    "(?<x>a)b",
    r"\u0061[\u0062]",
    "",
    "a||b",
    "(a?){3}",
]


@given(st.sampled_from(PATTERNS), st.text("abc \n", max_size=8))
def test_both_engines_find_the_same(written: str, text: str):
    python = re.compile(written.replace("(?<", "(?P<").replace("$", r"\Z"), re.DOTALL | re.ASCII)
    expected = python.search(text)
    spans = Program(read_pattern(written)).find(text, 0, Environment())
    assert (spans or {}).get(0) == (expected.span() if expected else None)
    whole = Program(read_pattern(written)).find(text, 0, Environment(), whole=True)
    assert (whole is not None) is (python.fullmatch(text) is not None)
    assert Pattern(written).is_in(text, Environment()) is (expected is not None)
    assert Pattern(written).is_all_of(text, Environment()) is (python.fullmatch(text) is not None)


@pytest.mark.parametrize("written", ["(a+)(b?)", "((a)+)(b?)"])
def test_groups_are_put_into_the_replacement(written: str):
    last = "$2" if written == "(a+)(b?)" else "$3"
    replaced = Pattern(written).replaced("aab-ab-a", f"<{last}$1\\$>", Environment())
    assert replaced == "<baa$>-<ba$>-<a$>"


def test_empty_matches_are_replaced_once_each():
    assert Pattern("(x*)*").replaced("ab", "-", Environment()) == Pattern("x*").replaced("ab", "-", Environment())


@pytest.mark.parametrize("written", ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_double_the_work_with_each_letter_do_not(written: str):
    env = Environment()
    assert Pattern(written).is_in("a" * 2000 + "!", env) is False
    assert env.left > 0


def test_a_pattern_of_many_stars_has_an_end():
    env = Environment()
    with pytest.raises(TooCostly):
        Pattern("(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x{40}y").is_in("a" * 100_000, env)


@pytest.mark.parametrize(
    "written",
    ["(?=a)", "(?!a)", "(?i)a", r"(a)\1", "*a", "a{5000}", "(" * 50 + "a" + ")" * 50, "[b-a]", "[a", "(a", "a)", "\\"],
)
def test_patterns_that_cannot_be_had_are_refused(written: str):
    with pytest.raises(Invalid, match="regular expression"):
        Pattern(written)


@pytest.mark.parametrize("written", ["((a{900}){900}){900}", "(((a{0,30}){0,30}){0,30}){0,30}"])
def test_repetitions_of_repetitions_are_refused(written: str):
    with pytest.raises(Invalid, match="repeats too much"):
        Pattern(written).is_in("a", Environment())
