"""What the people who care for patients are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from osler.access.ask import ask
from osler.access.records import Records


async def list_names(records: Records, references: Iterable[str]) -> dict[str, str]:
    """`Practitioner/<id>` to the name as the rest of the chart has it: `Dr Adaeze Okafor`, `Jiho Park, MA`. Unknown ones are left out."""
    ids = sorted({each.partition("/")[2] for each in references if each.startswith("Practitioner/")})
    if not ids:
        return {}
    found = await ask(records, "Practitioner", _id=",".join(ids[:100]), _count="100")
    return {each.reference: called(each.json()) for each in found}


def called(practitioner: dict[str, Any]) -> str:
    """Title, given and family name, with the degree where there is no title."""
    name = next(iter(practitioner.get("name") or ()), {})
    family, given = name.get("family", ""), next(iter(name.get("given") or ()), "")
    if not family:
        return name.get("text", "")
    prefix, suffix = " ".join(name.get("prefix") or ()), ", ".join(name.get("suffix") or ())
    words = " ".join(filter(None, (prefix.rstrip("."), given, family)))
    return words if prefix or not suffix else f"{words}, {suffix}"
