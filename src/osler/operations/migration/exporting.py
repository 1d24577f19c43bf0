"""`osler export`: every current resource, as ndjson."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import IO

from osler.access.bulk import export
from osler.access.gate import Gate
from osler.core.errors import Invalid
from osler.fhir.definitions import definitions


async def export_lines(gate: Gate, folder: Path | None, types: list[str] | None, stream: IO[bytes]) -> Counter[str]:
    """Writes one line a resource, into `Type.ndjson` files of a folder (readable by their owner alone) or to the stream.

    Gives how many of each type. Raises Invalid for a type that is none.
    """
    for type_ in types or ():
        if type_ not in definitions().resource_types:
            raise Invalid(f"{type_} is not a FHIR R4 resource type.")
    counts: Counter[str] = Counter()
    file, name = stream, ""
    if folder is not None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    try:
        async for stored in export(gate, types):
            if folder is not None and stored.type != name:
                if name:
                    file.close()
                handle = os.open(folder / f"{stored.type}.ndjson", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                file, name = os.fdopen(handle, "wb"), stored.type
            file.write(stored.body + b"\n")
            counts[stored.type] += 1
    finally:
        if name:
            file.close()
    return counts
