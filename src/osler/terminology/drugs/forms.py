"""Dose forms as RxNorm names them, and the route and reach that follow from each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from osler.terminology.drugs.tables import read_table


@dataclass(frozen=True, slots=True)
class Form:
    """A dose form: `Oral Tablet` is oral and systemic, `Ophthalmic Solution` ophthalmic and local."""

    name: str
    route: str
    local: bool


NO_FORM = Form("", "", False)


@cache
def forms() -> dict[str, Form]:
    """Every form of the table by its name."""
    return {row["form"]: Form(row["form"], row["route"], row["reach"] == "local") for row in read_table("forms")}


def form_at_end(name: str) -> Form:
    """The longest form that a clinical drug's name ends with; `NO_FORM` when it ends with none."""
    words = name.split(" ")
    for length in range(min(6, len(words)), 0, -1):
        found = forms().get(" ".join(words[-length:]))
        if found:
            return found
    return NO_FORM


SPOKEN = {
    "po": "oral", "oral": "oral", "orally": "oral", "mouth": "oral", "iv": "injection", "im": "injection", "sc": "injection",
    "sq": "injection", "subq": "injection", "injection": "injection", "injectable": "injection", "subcutaneous": "injection",
    "intravenous": "injection", "intramuscular": "injection", "sl": "sublingual", "sublingual": "sublingual",
    "topical": "topical", "topically": "topical", "cream": "topical", "ointment": "topical", "lotion": "topical",
    "ophthalmic": "ophthalmic", "eye": "ophthalmic", "otic": "otic", "ear": "otic", "nasal": "nasal", "intranasal": "nasal",
    "inhaled": "inhaled", "inhaler": "inhaled", "inhalation": "inhaled", "nebulized": "inhaled", "rectal": "rectal",
    "suppository": "rectal", "vaginal": "vaginal", "transdermal": "transdermal", "buccal": "buccal",
}  # fmt: skip
"""What people write for a route."""

LOCAL_ROUTES = frozenset(("topical", "ophthalmic", "otic", "vaginal"))


def spoken_route(words: list[str]) -> str:
    """The route that words name; empty when they name none, or several that differ."""
    found = {SPOKEN[word] for word in words if word in SPOKEN}
    # "Tablet, oral" and a patch's "transdermal, topical" are one route each; two real ones are none we could rely on.
    if found == {"topical", "transdermal"}:
        return "transdermal"
    return found.pop() if len(found) == 1 else ""
