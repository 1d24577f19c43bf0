"""R4's most frequent invariants as plain functions, and those that code systems and questionnaires of any size have to pass.

A test holds each against what FHIRPath says of it. They are asked of nearly every element of every resource, and take
a tenth of the time this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta, timezone
from typing import Any

from osler.fhir.datatypes.dates import parse_date_time
from osler.fhir.validate.run import Run

_EASTERNMOST, _WESTERNMOST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))

HandCompiled = Callable[[Any, Run], bool]


def _nothing_nested(value: Any, run: Run) -> bool:
    return all("contained" not in each for each in value.get("contained", ()))


def _no_versions(value: Any, run: Run) -> bool:
    return not any(
        "versionId" in each["meta"] or "lastUpdated" in each["meta"]
        for each in value.get("contained", ())
        if "meta" in each
    )


def _no_security(value: Any, run: Run) -> bool:
    return not any("security" in each["meta"] for each in value.get("contained", ()) if "meta" in each)


def _has_narrative(value: Any, run: Run) -> bool:
    """Not asked of contained resources, which are told about in the narrative of what contains them."""
    if run.root is not run.resource:
        return True
    return "div" in value.get("text", ())


def _contained_is_used(value: Any, run: Run) -> bool:
    """Every contained resource is referred to from the resource, or refers to it."""
    contained = value.get("contained")
    if not contained:
        return True
    fragments = _fragments(run.resource)
    return all(f"#{each['id']}" in fragments or "#" in _fragments(each) for each in contained if "id" in each)


def _fragments(value: Any) -> set[str]:
    found: set[str] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if each[:1] == "#":
                found.add(each)
        elif isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return found


def _codes_differ(value: Any, run: Run) -> bool:
    return _differ(item["code"] for each in _objects(value) for item in _listed(each, "concept") if "code" in item)


def _link_ids_differ(value: Any, run: Run) -> bool:
    return _differ(each["linkId"] for each in _objects(value) if isinstance(each.get("linkId"), str))


def _differ(values: Iterable[str]) -> bool:
    seen = list(values)
    return len(set(seen)) == len(seen)


def _listed(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The value and every object in it."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def _is_resolvable(value: Any, run: Run) -> bool:
    """Also takes `#`, which R4 says a contained resource refers to its container by, though ref-1 as written does not."""
    reference = value.get("reference")
    if reference is None or reference[:1] != "#":
        return True
    return run.contained(reference[1:]) is not None


def _unit_has_system(value: Any, run: Run) -> bool:
    return "code" not in value or "system" in value or "_system" in value


def _starts_before_end(value: Any, run: Run) -> bool:
    start, end = value.get("start"), value.get("end")
    if start is None or end is None:
        return True
    if len(start) <= 10 and len(end) <= 10:
        length = min(len(start), len(end))
        return start[:length] <= end[:length]
    return _not_after(start, end)


def _not_after(start: str, end: str) -> bool:
    """`start <= end`; true where that cannot be told: a day without a time may be one of any zone."""
    try:
        left, right = parse_date_time(start), parse_date_time(end)
    except ValueError:
        return True
    if left.has_time and right.has_time:
        return left.start <= right.start
    return left.span(_EASTERNMOST)[0] < right.span(_WESTERNMOST)[1]


def _contact_has_system(value: Any, run: Run) -> bool:
    return "system" in value or "_system" in value or not _has_choice(value, "value")


def _observation_value_or_reason(value: Any, run: Run) -> bool:
    return "dataAbsentReason" not in value or not _has_choice(value, "value")


def _range_says_something(value: Any, run: Run) -> bool:
    return "low" in value or "high" in value or "text" in value or "_text" in value


def _value_or_reason(value: Any, run: Run) -> bool:
    if "component" in value or "hasMember" in value or "dataAbsentReason" in value:
        return True
    return _has_choice(value, "value")


def _has_choice(value: dict[str, Any], stem: str) -> bool:
    return any(name.removeprefix("_").startswith(stem) for name in value)


def _contact_person_is_told(value: Any, run: Run) -> bool:
    return any(name in value for name in ("name", "telecom", "address", "organization"))


def _date_has_day(value: Any, run: Run) -> bool:
    """`DateTime` is a type of FHIRPath and no effective[x]; 7.0.0 has put it right."""
    return not isinstance(value, str) or len(value) >= 10


def _telecom_or_endpoint(value: Any, run: Run) -> bool:
    """As written, it is empty rather than false where there is neither; 7.0.0 has put it right."""
    return "telecom" in value or "endpoint" in value


def _role_is_told(value: Any, run: Run) -> bool:
    """As with `_telecom_or_endpoint`."""
    return any(name in value for name in ("practitioner", "organization", "healthcareService", "location"))


REPAIRED: dict[str, HandCompiled] = {
    "$this is DateTime implies $this.toString().length() >= 10": _date_has_day,
    "telecom or endpoint": _telecom_or_endpoint,
    "practitioner or organization or healthcareService or location": _role_is_told,
}
"""Invariants of US Core 6.1.0 that could never fail as they are written; asked as 7.0.0 writes them."""

HAND_COMPILED: dict[str, HandCompiled] = {
    "contained.contained.empty()": _nothing_nested,
    "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()": _no_versions,
    "contained.meta.security.empty()": _no_security,
    "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) |"
    " %resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference ="
    " '#').exists() or descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) ="
    " '#').exists()).not()).trace('unmatched', id).empty()": _contained_is_used,
    "text.`div`.exists()": _has_narrative,
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))": _is_resolvable,
    "concept.code.combine($this.descendants().concept.code).isDistinct()": _codes_differ,
    "descendants().linkId.isDistinct()": _link_ids_differ,
    "code.empty() or system.exists()": _unit_has_system,
    "start.hasValue().not() or end.hasValue().not() or (start <= end)": _starts_before_end,
    "value.empty() or system.exists()": _contact_has_system,
    "dataAbsentReason.empty() or value.empty()": _observation_value_or_reason,
    "low.exists() or high.exists() or text.exists()": _range_says_something,
    "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())": _value_or_reason,
    "name.exists() or telecom.exists() or address.exists() or organization.exists()": _contact_person_is_told,
}  # fmt: skip
"""By the expression as R4 and US Core write it."""

BY_HAND = HAND_COMPILED | REPAIRED
