"""Searches by `:in`, `:not-in`, `:above` and `:below`: which codes are meant, as the terminology and the record have them now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from osler.access.records import Records
from osler.fhir.search.terminology import Codes
from osler.interfaces.api.operations.terminology.recorded import work_out
from osler.interfaces.api.request import Params, Request
from osler.terminology.valuesets.members import Members

_MODIFIER = re.compile(r":(in|not-in|above|below)(?![\w-])")
_OPERATOR = re.compile(r"\s(in|ss|sb)\s")
Result = TypeVar("Result")


def asks_terminology(params: Params) -> bool:
    """Whether reading these parameters may take a terminology."""
    return any(
        _MODIFIER.search(name) or ("_filter" in name and _OPERATOR.search(value)) for name, value in params if value
    )


async def with_terminology(request: Request, records: Records, read: Callable[[Codes], Result]) -> Result:
    """What `read` makes of the parameters; value sets of the record are looked up as the actor sees them."""
    return await work_out(request, records, lambda terminology: read(Members(terminology)))
