"""`Location?near=`: a position as one row of two numbers (https://hl7.org/fhir/R4/location.html#positional)."""

from __future__ import annotations

from typing import Any

from osler.fhir.search.expressions import Get, Step
from osler.fhir.search.extract.quantities import number_amount
from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.keys import present
from osler.fhir.search.values import NumberValue


def emitter(param: str, last: Step) -> Emit | None:
    """What a position is found by: latitude as `lo`, longitude as `hi`. None for any other special parameter."""
    if last != Get("position"):
        return None
    here = present(param)

    def emit(position: dict[str, Any], sink: Sink) -> None:
        sink.tokens.add(here)
        latitude, longitude = number_amount(position.get("latitude")), number_amount(position.get("longitude"))
        if latitude is not None and longitude is not None:
            sink.numbers.append(NumberValue(param, latitude.lo, longitude.lo))

    return emit
