"""SMART scopes, both versions, and what is not one."""

from __future__ import annotations

import pytest

from osler.access.scopes import Scope, parse_scopes
from osler.core.errors import Invalid

ALL = frozenset(("create", "read", "update", "delete", "search", "history"))


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("system/*.cruds", Scope("system", None, ALL)),
        ("user/Observation.rs", Scope("user", "Observation", frozenset(("read", "history", "search")))),
        ("patient/Patient.r", Scope("patient", "Patient", frozenset(("read", "history")))),
        ("system/Patient.c", Scope("system", "Patient", frozenset(("create",)))),
        ("system/Patient.s", Scope("system", "Patient", frozenset(("search",)))),
        ("patient/Condition.read", Scope("patient", "Condition", frozenset(("read", "history", "search")))),
        ("user/Condition.write", Scope("user", "Condition", frozenset(("create", "update", "delete")))),
        ("user/*.*", Scope("user", None, ALL)),
        (
            "system/Observation.rs?category=http://x|laboratory&status=final,amended",
            Scope(
                "system",
                "Observation",
                frozenset(("read", "history", "search")),
                ("category=http://x|laboratory", "status=final,amended"),
            ),
        ),
    ],
)
def test_a_scope_is_read(text, scope):
    assert parse_scopes(text) == (scope,)


def test_several_scopes_are_separated_by_spaces_and_the_ones_without_resources_open_nothing():
    scopes = parse_scopes("openid fhirUser launch/patient offline_access system/Patient.r system/Group.rs")
    assert [scope.type for scope in scopes] == ["Patient", "Group"]


@pytest.mark.parametrize(
    "text",
    [
        "system/*",
        "system/Patient.",
        "system/Patient.sr",
        "system/Patient.rr",
        "system/Patient.x",
        "admin/Patient.r",
        "system/Patients.r",
        "system/patient.r",
        "everything",
        "system/Observation.rs?",
        "system/Observation.rs?category:in=x",
        "system/Observation.rs?subject.name=x",
        "system/Observation.rs?category=",
    ],
)
def test_what_is_not_a_scope_is_refused(text):
    with pytest.raises(Invalid):
        parse_scopes(text)
