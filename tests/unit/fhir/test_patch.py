"""JSON Patch: the examples of RFC 6902's appendix by what they show, and numbers of FHIR."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.patch import apply_patch, binary_patch, read_patch


def patched(document: Any, *steps: dict[str, Any]) -> Any:
    return apply_patch(document, read_patch(list(steps)))


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ({"foo": "bar"}, {"op": "add", "path": "/baz", "value": "qux"}, {"foo": "bar", "baz": "qux"}),
        ({"foo": ["bar", "baz"]}, {"op": "add", "path": "/foo/1", "value": "q"}, {"foo": ["bar", "q", "baz"]}),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/1", "value": ["a"]}, {"foo": ["bar", ["a"]]}),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/-", "value": 1}, {"foo": ["bar", 1]}),
        ({"foo": None}, {"op": "add", "path": "/foo", "value": 1}, {"foo": 1}),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/a"}, {"b": 2}),
        ({"foo": [1, 2, 3]}, {"op": "remove", "path": "/foo/1"}, {"foo": [1, 3]}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": None}, {"a": None}),
        ({"a": [1]}, {"op": "replace", "path": "/a/0", "value": 2}, {"a": [2]}),
        ({"a": {"b": 1}, "c": {}}, {"op": "move", "from": "/a/b", "path": "/c/d"}, {"a": {}, "c": {"d": 1}}),
        ({"a": [1, 2, 3]}, {"op": "move", "from": "/a/0", "path": "/a/2"}, {"a": [2, 3, 1]}),
        ({"a": 1}, {"op": "move", "from": "/a", "path": "/a"}, {"a": 1}),
        ({"a": [1]}, {"op": "copy", "from": "/a", "path": "/b"}, {"a": [1], "b": [1]}),
        ({"a/b": 1, "m~n": 2}, {"op": "remove", "path": "/a~1b"}, {"m~n": 2}),
        ({"a/b": 1, "m~n": 2}, {"op": "remove", "path": "/m~0n"}, {"a/b": 1}),
        ({"": 1}, {"op": "replace", "path": "/", "value": 2}, {"": 2}),
        ({"a": 1}, {"op": "add", "path": "", "value": {"b": 2}}, {"b": 2}),
        ({"a": 1}, {"op": "replace", "path": "", "value": {"b": 2}}, {"b": 2}),
        ({"a": {"b": [1, {"c": None}]}}, {"op": "test", "path": "/a", "value": {"b": [1, {"c": None}]}},
         {"a": {"b": [1, {"c": None}]}}),
        ({"a": 1}, {"op": "add", "path": "/b", "value": 2, "note": "unknown members are ignored"}, {"a": 1, "b": 2}),
    ],
)  # fmt: skip
def test_a_step_does_what_it_says_and_leaves_the_original_alone(before: Any, step: dict[str, Any], after: Any):
    kept = json.encode(before)
    assert patched(before, step) == after
    assert json.encode(before) == kept


@pytest.mark.parametrize(
    "step",
    [
        {"op": "add", "path": "/x/y", "value": 1},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "add", "path": "/list/-1", "value": 1},
        {"op": "add", "path": "/list/one", "value": 1},
        {"op": "add", "path": "/text/0", "value": 1},
        {"op": "remove", "path": "/x"},
        {"op": "remove", "path": "/list/2"},
        {"op": "remove", "path": "/list/-"},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "/x", "value": 1},
        {"op": "replace", "path": "/text/x", "value": 1},
        {"op": "move", "from": "/x", "path": "/y"},
        {"op": "copy", "from": "/list/9", "path": "/y"},
        {"op": "test", "path": "/x", "value": 1},
        {"op": "test", "path": "/text", "value": "other"},
        {"op": "replace", "path": "", "value": []},
    ],
)
def test_a_step_that_leads_nowhere_is_refused(step: dict[str, Any]):
    with pytest.raises(Invalid):
        patched({"list": [1, 2], "text": "t"}, step)


@pytest.mark.parametrize(
    "document",
    [
        {},
        "x",
        [1],
        [{}],
        [{"op": "jump", "path": "/a"}],
        [{"op": "add", "path": "/a"}],
        [{"op": "add", "value": 1}],
        [{"op": "add", "path": 1, "value": 1}],
        [{"op": "add", "path": "a", "value": 1}],
        [{"op": "add", "path": "/a~2", "value": 1}],
        [{"op": "add", "path": "/a~", "value": 1}],
        [{"op": "move", "path": "/a"}],
        [{"op": "move", "from": "/a", "path": "/a/b"}],
        [{"op": ["add"], "path": "/a", "value": 1}],
        [{"op": "test", "path": "/a", "value": 1}] * 10_001,
    ],
)
def test_a_document_that_is_no_patch_is_refused(document: Any):
    with pytest.raises(Invalid):
        read_patch(document)


def test_the_step_that_failed_is_named():
    with pytest.raises(Invalid) as refused:
        patched({"a": 1}, {"op": "remove", "path": "/a"}, {"op": "remove", "path": "/a"})
    assert refused.value.faults[0].path == "Patch[1]"


def test_values_are_compared_as_json_and_not_as_python():
    document = json.decode(b'{"one":1,"true":true,"number":1.10,"exp":1e2,"text":"1"}')
    for path, value, same in (
        ("/one", "true", False),
        ("/true", "1", False),
        ("/one", "1.0", True),
        ("/number", "1.1", True),
        ("/exp", "100", True),
        ("/text", "1", False),
        ("/one", "null", False),
    ):
        step = json.decode(f'{{"op":"test","path":"{path}","value":{value}}}')
        if same:
            assert patched(document, step) == document
        else:
            with pytest.raises(Invalid):
                patched(document, step)


def test_numbers_keep_their_digits():
    steps = json.decode(b'[{"op":"add","path":"/value","value":1.10}]')
    assert json.encode(apply_patch({"a": Decimal("2.50")}, read_patch(steps))) == b'{"a":2.50,"value":1.10}'


def test_a_value_that_is_added_twice_is_not_shared():
    steps = read_patch([{"op": "add", "path": f"/{name}", "value": {}} for name in "ab"])
    made = apply_patch({}, steps)
    made["a"]["x"] = 1
    assert made["b"] == {}
    assert apply_patch({}, steps) == {"a": {}, "b": {}}


def test_a_bundle_carries_a_patch_in_a_binary():
    data = base64.b64encode(b'[{"op":"remove","path":"/a"}]').decode()
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    assert apply_patch({"a": 1}, binary_patch(binary)) == {}
    for odd in (
        {"contentType": "text/plain"},
        {"contentType": 1},
        {"data": "?"},
        {"data": 1},
        {"data": base64.b64encode(b"{").decode()},
    ):
        with pytest.raises(Invalid):
            binary_patch(binary | odd)
