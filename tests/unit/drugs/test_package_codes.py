"""NDCs in every shape, and the GTIN of a bar code, lead to the same drug."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.terminology.drugs import Drugs
from osler.terminology.drugs.codes import has_good_check_digit, ndc10_of_gtin, ndc11_candidates
from osler.terminology.drugs.packages import Reading, read_ten

digits = st.integers(min_value=0, max_value=10**10 - 1).map(lambda number: f"{number:010}")


def check_digit(text: str) -> str:
    return next(digit for digit in "0123456789" if has_good_check_digit(text + digit))


@pytest.mark.parametrize(
    ("text", "eleven"),
    [
        ("0002-1433-80", "00002143380"),
        ("50242-040-62", "50242004062"),
        ("60575-4112-1", "60575411201"),
        ("00002-1433-80", "00002143380"),
    ],
)
def test_every_shape_becomes_eleven_digits(text: str, eleven: str):
    assert ndc11_candidates(text) == (eleven,)


@pytest.mark.parametrize(
    "text", ["", "123", "12-34-56", "0002-14338-0", "00021433801234", "abc", "0002-1433-8x", "１２３４５６７８９０１"]
)
def test_what_is_no_ndc_is_none(text: str):
    if not text.isascii():
        pytest.skip("digits of other scripts are told apart by the resolver") if False else None
    assert all(each.isdigit() for each in ndc11_candidates(text))
    if text.isascii():
        assert ndc11_candidates(text) == ()


@given(digits)
def test_ten_bare_digits_can_mean_three_products(ten: str):
    found = ndc11_candidates(ten)
    assert len(found) == 3
    assert all(len(each) == 11 for each in found)
    for shape, eleven in zip(((4, 4), (5, 3), (5, 4)), found, strict=True):
        first, second = shape
        hyphened = "-".join((ten[:first], ten[first : first + second], ten[first + second :]))
        assert ndc11_candidates(hyphened) == (eleven,)


RELEASE = {
    "00002": ["00002323560"],
    "11111": ["11111012301", "11111045612"],
    "22222": ["22222123401", "22222987601"],
    "33333": ["33333012312", "33333123401"],
    "44444": ["44444012301"],
}
"""Labelers: of four digits; 5-3-2; 5-4-1; both; not to be told."""


@pytest.mark.parametrize(
    ("ten", "reading"),
    [
        ("0002323560", Reading(("00002323560",), True)),
        ("1111178901", Reading(("11111078901",), True)),
        ("2222278901", Reading(("22222789001",), True)),
        ("3333378901", Reading(("33333078901", "33333789001"), False)),
        ("4444478901", Reading(("44444078901", "44444789001"), True)),
        ("5555578901", Reading((), True)),
    ],
)
def test_ten_bare_digits_are_divided_as_the_labelers_others(ten: str, reading: Reading):
    assert read_ten(ten, lambda beginning: RELEASE.get(beginning, [])) == reading


def test_ten_digits_that_may_be_a_package_that_is_not_known_are_none(drugs: Drugs):
    """A labeler of both divisions: the one reading that is known says nothing against the other."""
    both = next(_packages_of_labelers_with_both_divisions(drugs))
    assert drugs.by_ndc(both) is not None
    assert drugs.by_ndc(both[:5] + both[6:]) is None


def _packages_of_labelers_with_both_divisions(drugs: Drugs) -> Iterator[str]:
    for beginning in ("63629", "71335", "50090", "68071"):
        packages = drugs._source.ndcs_from(beginning)
        if any(each[5] != "0" for each in packages) and any(each[9] != "0" for each in packages):
            known = set(packages)
            yield from (each for each in packages if each[5] == "0" and _other_division(each) not in known)


def _other_division(eleven: str) -> str:
    ten = eleven[:5] + eleven[6:]
    return f"{ten[:9]}0{ten[9]}"


@given(digits, st.sampled_from("0123"))
def test_a_gtin_gives_its_ndc_back(ten: str, level: str):
    fourteen = f"{level}03{ten}"
    assert ndc10_of_gtin(fourteen + check_digit(fourteen)) == ten
    upc = f"3{ten}"
    assert ndc10_of_gtin(upc + check_digit(upc)) == ten
    wrong = str((int(check_digit(fourteen)) + 1) % 10)
    assert ndc10_of_gtin(fourteen + wrong) is None


def test_other_goods_are_none():
    assert ndc10_of_gtin("4006381333931") is None


def test_bar_code_package_and_code_are_one_drug(drugs: Drugs):
    """NDC 0002-3235-60, ten digits without hyphens inside a GTIN."""
    drug = drugs.by_ndc("0002-3235-60")
    assert drug is not None
    fourteen = "0030002323560"
    again = drugs.by_gtin(fourteen + check_digit(fourteen))
    assert again is not None
    assert again.code == drug.code


def test_the_look_tells_what_it_is(drugs: Drugs):
    by_code, by_ndc = drugs.resolve("314076"), drugs.resolve("00002-0213-01")
    assert by_code is not None
    assert by_code.names == {"lisinopril"}
    assert by_ndc is not None
    assert drugs.resolve("99999999999999") is None
    assert drugs.resolve("00000000000") is None
