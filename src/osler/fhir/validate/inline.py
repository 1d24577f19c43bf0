"""Resources inside of resources: contained ones, and those of Bundles and Parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.run import Run

CheckResource = Callable[[dict[str, Any], Path, Run], None]


def inline_check(check_resource: CheckResource, *, is_contained: bool) -> Check:
    """A whole resource, in a run of its own."""

    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        check_resource(value, path, run.within(value, path, is_contained=is_contained))

    return check
