"""Regular expressions: the same answers as Python's, and always an end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import Invalid, TooCostly
from osler.fhir.path import Environment
from osler.fhir.patterns import Pattern
from osler.fhir.patterns.program import Program
from osler.fhir.patterns.reader import read_pattern

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


@pytest.mark.parametrize(
    "written",
    [
        "(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "(a*)*b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(.*a){12}b",
        "([a-z]+)*x",
        "(a?){8}a{8}b",
    ],
)
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
    ["(?=a)", "(?!a)", "(?i)a", r"(a)\1", "*a", "a{5000}", "(" * 50 + "a" + ")" * 50, "[b-a]", "[a", "(a", "a)", "\\",
     "a{3,2}", "\\q", "\\u00", "a" + "{1}" * 60, "x" * 2001],
)  # fmt: skip
def test_patterns_that_cannot_be_had_are_refused(written: str):
    with pytest.raises(Invalid, match="regular expression"):
        Pattern(written)


@pytest.mark.parametrize(
    "written",
    ["((a{900}){900}){900}", "(((a{0,30}){0,30}){0,30}){0,30}", "((a{90}){90})", "(?:(?:(?:){900}){900}){900}"],
)
def test_repetitions_of_repetitions_are_refused(written: str):
    with pytest.raises(Invalid, match="repeats too much"):
        Pattern(written)


@pytest.mark.parametrize(
    ("written", "text", "expected"),
    [
        ("[A-Z]{3}", "USA", True),
        ("[A-Z]{3}", "USAX", False),
        ("^PATH(\\..*)?|CYTO$", "PATH.X", True),
        ("^PATH(\\..*)?|CYTO$", "XCYTO", False),
        ("a|", "", True),
        ("[^a-c\\d]+", "xyz", True),
        ("[^a-c\\d]+", "x1", False),
        ("[]x-]+", "]x-", True),
        ("\\w+\\s\\S+", "one two", True),
        ("a{2,}", "aaa", True),
        ("a{2,3}", "aaaa", False),
        ("(?:ab)?c", "abc", True),
        ("\\u0041\\x42", "AB", True),
        ("(a*)*", "aaa", True),
        ("x*", "x" * 600, True),
    ],
)
def test_the_whole_text_matches_or_not(written: str, text: str, expected: bool):
    assert Pattern(written).is_all_of(text, Environment()) is expected


_PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"({'|'.join(each)})"),
        st.tuples(inner, st.sampled_from("?*+")).map(lambda each: f"({each[0]}){each[1]}"),
        inner.map(lambda each: f"({each}){{0,2}}"),
    ),
    max_leaves=6,
)


@given(_PIECES, st.text("abc", max_size=6))
def test_any_pattern_matches_what_it_does_in_python(written: str, text: str):
    expected = re.fullmatch(written, text) is not None
    assert Pattern(written).is_all_of(text, Environment()) is expected
    assert (Program(read_pattern(written)).find(text, 0, Environment(), whole=True) is not None) is expected
