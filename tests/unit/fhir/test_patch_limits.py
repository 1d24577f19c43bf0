"""A small patch cannot make a large resource, nor a deep one."""

from __future__ import annotations

import pytest

from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.patch import apply_patch, read_patch

PATIENT = {"resourceType": "Patient", "name": [{"family": "Marsh"}]}


def patched(*steps: dict) -> dict:
    return apply_patch(PATIENT, read_patch(list(steps)))


def test_a_list_copied_into_itself_again_and_again_is_refused():
    with pytest.raises(Invalid, match="may copy 100,000 values") as refused:
        patched(*[{"op": "copy", "from": "/name", "path": "/name/-"}] * 60)
    assert refused.value.faults[0].path.startswith("Patch[")


def test_what_is_copied_within_the_limit_is_copied():
    assert patched({"op": "copy", "from": "/name/0", "path": "/name/-"})["name"] == [{"family": "Marsh"}] * 2


def test_a_pointer_deeper_than_json_may_be_is_refused():
    with pytest.raises(Invalid, match="100 levels"):
        patched({"op": "add", "path": "/a" * 101, "value": 1})


@pytest.mark.parametrize("steps", [1, 50])
def test_values_put_into_one_another_cannot_get_deeper_than_json_may_be(steps):
    value = json.decode(b'{"extension":[' * 45 + b"]}" * 45)
    grow = [{"op": "copy", "from": "/extension", "path": "/extension/0" + "/extension/0" * 40 + "/extension"}] * steps
    with pytest.raises(Invalid, match="100 levels"):
        patched({"op": "add", "path": "/extension", "value": [value]}, *grow)
