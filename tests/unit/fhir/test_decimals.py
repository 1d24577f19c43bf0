"""Decimals remember how they were written."""

from decimal import Decimal

import pytest

from osler.fhir.datatypes.decimals import WrittenDecimal, parse_decimal, written


@pytest.mark.parametrize("text", ["1.10", "1.0E1", "1e-7", "0.0000001", "-0.00000010", "-0.0", "12"])
def test_a_number_is_written_as_it_was(text: str):
    value = parse_decimal(text)
    assert written(value) == text
    assert value == Decimal(text)


def test_only_what_python_would_write_otherwise_costs_more():
    assert type(parse_decimal("1.10")) is Decimal
    assert type(parse_decimal("1.0E1")) is WrittenDecimal


def test_arithmetic_gives_plain_decimals():
    assert type(parse_decimal("1e2") + 1) is Decimal
    assert written(parse_decimal("1.0E1") * 2) == "20"


@pytest.mark.parametrize("text", ["1e1001", "1e-1001", "1e" + "9" * 30, "0." + "1" * 1000])
def test_numbers_out_of_all_measure_are_refused(text: str):
    with pytest.raises(ValueError, match="out of range"):
        parse_decimal(text)
