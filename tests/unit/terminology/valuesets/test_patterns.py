"""Regular expressions that cannot be made slow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import Invalid
from osler.terminology.valuesets.patterns import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
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
        (".", "\n", False),
        ("(a*)*", "aaa", True),
        ("x", "x" * 600, False),
    ],
)
def test_the_whole_text_matches_or_not(pattern: str, text: str, expected: bool):
    assert compile_pattern(pattern).matches(text) is expected


@pytest.mark.parametrize("pattern", ["(", ")", "a)", "[a", "*", "a{2", "a{3,2}", "a{9999}", "(?=a)", "\\q", "a^b", "a$b", "[z-a]",
                                     "\\", "\\u00", "(" * 60 + ")" * 60, "x" * 600, "((a{90}){90})", "(){500}" * 40])  # fmt: skip
def test_what_is_no_expression_or_too_large_is_refused(pattern: str):
    with pytest.raises(Invalid):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*", "(a|aa)+", "(.*a){12}", "([a-z]+)*x", "(a?){30}a{30}"])
def test_evil_expressions_end(pattern: str):
    compiled = compile_pattern(pattern)
    assert compiled.matches("a" * 400 + "!") is False


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
def test_it_says_what_python_says(pattern: str, text: str):
    assert compile_pattern(pattern).matches(text) is (re.fullmatch(pattern, text) is not None)
