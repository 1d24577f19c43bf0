"""FHIR JSON goes in strictly and comes out digit for digit."""

import copy
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import Invalid
from osler.fhir.json import decode, encode

NUMBERS = [
    "1.10", "1.0E1", "-0.0", "1e-7", "0.0000001", "100000000000000000000.5", "1E400", "1e5", "-1.5e+10", "0", "-12",
    "123456789012345678901234567890", "18446744073709551616", "-9223372036854775809", "0.10", "5.40", "0e0", "0.000000",
]  # fmt: skip


@pytest.mark.parametrize("token", NUMBERS)
def test_a_number_comes_back_as_it_was_written(token: str):
    assert encode(decode(f'{{"value":{token}}}')) == f'{{"value":{token}}}'.encode()


@pytest.mark.parametrize("token", NUMBERS)
def test_a_number_has_its_value(token: str):
    value = decode(token)
    assert value == Decimal(token)
    assert hash(value) == hash(Decimal(token))


def test_numbers_keep_their_writing_through_copies():
    value = decode('{"a": 1.0E1}')
    assert encode(copy.deepcopy(value)) == b'{"a":1.0E1}'
    assert encode(copy.copy(value)) == b'{"a":1.0E1}'
    assert encode(pickle.loads(pickle.dumps(value))) == b'{"a":1.0E1}'


def test_key_order_and_text_are_kept():
    text = '{"b":"é \\" \\\\ \\n 😀","a":[true,false,null,{}],"_a":[]}'
    assert encode(decode(text)).decode() == text


@pytest.mark.parametrize(
    "text",
    [
        "", "{", '{"a":}', '{"a":1,}', "[1,]", "NaN", "Infinity", "-Infinity", '{"a":NaN}', "01", "1.", ".5", "+1",
        "1 2", "'a'", "{a:1}", '"\x01"', '"\\x"', '"\\ud800"', '"\\ud800\\u0041"', '"\\udc00"', "// no\n1", "nul",
        '{"a" 1}',
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused(text: str):
    with pytest.raises(Invalid):
        decode(text)
    with pytest.raises(Invalid):
        decode(text.encode())


@pytest.mark.parametrize(
    "data", [b'"\xff"', b'{"\xff":1}', b'"\xed\xa0\x80"', b'"\xc0\x80"', b"\xff", b'"\xf4\x90\x80\x80"']
)
def test_what_is_not_utf8_is_refused(data: bytes):
    with pytest.raises(Invalid):
        decode(data)


def test_half_a_surrogate_pair_in_a_str_is_refused():
    with pytest.raises(Invalid):
        decode('"\ud800"')


def test_a_byte_order_mark_is_passed_over():
    assert decode(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}', '{"a":1,"a":1}', '{ "a" : 1, "a" : 2 }', '{"x":[{"a":{"b":1,"b":{"c":":"}}}]}',
        '{"a":1,"\\u0061":2}', '{"a":"\\u003a","a":"x"}', '{"a":"\\u003A","a"\t:1}', '{"a":"\\":","a":":"}',
        '{"a":"\\u0022:","a":1}', '{"":1,"":2}', '{"a\\\\":1,"a\\\\":2}', '{"a":null,"b":{},"a":null}',
        '{"a":1.0,"a":1e5}',
    ],
)  # fmt: skip
def test_duplicate_keys_are_refused(text: str):
    with pytest.raises(Invalid, match="twice"):
        decode(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":":","b":{"a":1}}', '[{"a":1},{"a":2}]', '{"a":"x\\/y" }', '{"a" :"\\u003a"}', '{"A":1,"a":2}', '{"a":-0}',
        '{ "a\\u003a" : ":" }',
    ],
)  # fmt: skip
def test_what_only_looks_like_a_duplicate_is_taken(text: str):
    decode(text)


@pytest.mark.parametrize("text", ['"\\u0000"', '{"a":"x\\\\\\u0000"}', '{"\\u0000":1}', '"\x00"'])
def test_nul_characters_are_refused(text: str):
    with pytest.raises(Invalid):
        decode(text)


def test_a_backslash_before_u0000_is_only_text():
    assert decode('"\\\\u0000"') == "\\u0000"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_stops_at_a_hundred(opening: str, closing: str):
    inner = "1"
    assert decode(opening * 100 + inner + closing * 100)
    for depth in (101, 900, 100_000):
        with pytest.raises(Invalid, match="nested"):
            decode(opening * depth + inner + closing * depth)


def test_many_brackets_side_by_side_are_not_deep():
    assert len(decode("[" + ",".join(["[]"] * 5000) + "]")) == 5000


@pytest.mark.parametrize("text", ["[", "]", '\\"]', "\\\\", "{}", "}{", '\\"[\\"', "", "x" * 20_000])
@pytest.mark.parametrize("depth", [99, 100, 101, 102, 150, 200, 201])
@pytest.mark.parametrize("padding", [0, 20_000])
def test_brackets_in_text_neither_hide_nor_feign_depth(text: str, depth: int, padding: int):
    level, end = f'["{text}",', f',"{text}"]'
    data = level * (depth - 1) + f'["{text}"]' + end * (depth - 1) + " " * padding
    if depth <= 100:
        decode(data)
    else:
        with pytest.raises(Invalid, match="nested"):
            decode(data)


@pytest.mark.parametrize("token", ["1e1001", "1e-1001", "1e99999999999999999999", "1" * 1001 + ".5", "9" * 5000])
def test_numbers_out_of_all_measure_are_refused(token: str):
    with pytest.raises(Invalid, match="number"):
        decode(f'{{"value": {token}}}')


def test_the_refusal_tells_line_and_column():
    with pytest.raises(Invalid, match=r"line 2, column 8"):
        decode('{\n  "é": x }')


def test_the_refusal_does_not_repeat_the_data():
    for text in (
        '{"name":"Murphy","name":"Murphy","Murphy O":1,"Murphy O":1}',
        '{"name": "Murphy" "x"}',
        '{"Murphy 1":1,"Murphy 1":1}',
    ):
        with pytest.raises(Invalid) as caught:
            decode(text)
        assert "Murphy" not in caught.value.message


def test_other_python_objects_are_not_written():
    with pytest.raises(TypeError):
        encode({"a": object()})


def from_token(token: str):
    return decode(token)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
decimals = st.from_regex(r"\A-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?\Z").filter(
    lambda t: t != "-0"
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | decimals.map(from_token),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_round_trip(value: object):
    data = encode(value)
    again = decode(data)
    assert again == value
    assert encode(again) == data


@given(decimals)
def test_any_number_keeps_its_digits(token: str):
    assert encode(decode(token)).decode() == token


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "a:", '"', "\\"]), st.sampled_from(["", ":", '":', "\\", ' " : '])),
        max_size=5,
    ),
    st.booleans(),
)
def test_duplicates_are_found_whatever_the_text(pairs: list[tuple[str, str]], spaced: bool):
    import json

    glue = " : " if spaced else ":"
    text = "{" + ",".join(f"{json.dumps(k)}{glue}{json.dumps(v)}" for k, v in pairs) + "}"
    if len({k for k, _ in pairs}) == len(pairs):
        assert decode(text) == dict(pairs)
    else:
        with pytest.raises(Invalid):
            decode(text)
