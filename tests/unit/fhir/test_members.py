"""A resource is what the texts of its members make."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.fhir.json import decode, encode
from osler.fhir.members import changed, joined, members_of

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(), VALUES))
def test_the_members_together_are_the_text(resource: dict[str, Any]):
    members = members_of(resource)
    assert list(members) == list(resource)
    assert joined(members) == encode(resource)
    assert {name: encode(value) for name, value in resource.items()} == members


@pytest.mark.parametrize("numbers", [("1", "1.0", "true", '"1"'), ("1.50", "1.5", "15e-1")])
def test_values_that_are_equal_to_python_are_different_texts(numbers: tuple[str, ...]):
    texts = {members_of(decode(f'{{"value":{number}}}'))["value"] for number in numbers}
    assert texts == {number.encode() for number in numbers}


def test_lines_inside_a_text_do_not_end_it():
    assert members_of({"a": "x\ny\r\n\u2028", "b": ["\n"]}) == {
        "a": '"x\\ny\\r\\n\u2028"'.encode(), "b": b'["\\n"]',
    }  # fmt: skip


def test_only_what_has_changed_is_written_anew():
    before = members_of({"resourceType": "Patient", "active": True, "meta": {"profile": ["p"]}})
    after = {"resourceType": "Patient", "meta": {"versionId": "1"}, "id": "a", "active": True}
    assert joined(changed(before, after, ("id", "meta"))) == encode(after)
    assert "meta" not in changed(before, {"resourceType": "Patient", "active": True}, ("meta",))
