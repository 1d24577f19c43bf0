"""Security labels that are kept from a reader unless a policy reveals them for the purpose at hand.

Codes of HL7 v3 Confidentiality and ActCode (information sensitivity policy), as `meta.security` carries them.
"""

from __future__ import annotations

from collections.abc import Iterable

from osler.core.errors import Invalid

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

RESTRICTED = f"{CONFIDENTIALITY}|R"
VERY_RESTRICTED = f"{CONFIDENTIALITY}|V"

SENSITIVE: dict[str, str] = {
    "restricted": RESTRICTED,
    "very-restricted": VERY_RESTRICTED,
    "substance-use": f"{ACT_CODE}|ETH",
    "substance-use-part-2": f"{ACT_CODE}|42CFRPart2",
    "psychiatry": f"{ACT_CODE}|PSY",
    "psychotherapy-note": f"{ACT_CODE}|PSYTHPN",
    "hiv": f"{ACT_CODE}|HIV",
    "sexuality-and-reproduction": f"{ACT_CODE}|SEX",
    "sexual-assault-or-violence": f"{ACT_CODE}|SDV",
    "sexually-transmitted-disease": f"{ACT_CODE}|STD",
    "genetics": f"{ACT_CODE}|GDIS",
    "celebrity": f"{ACT_CODE}|CEL",
    "employee": f"{ACT_CODE}|EMP",
}
"""Short names, as policies write them, to `system|code`. A label that is not listed here withholds nothing."""

WITHHELD_BY_DEFAULT = frozenset(SENSITIVE.values())


def labels_named(names: Iterable[str]) -> frozenset[str]:
    """The labels behind short names (`hiv`) or codes (`HIV`, `R`); `all` is every one. Raises Invalid, saying which there are."""
    by_code = {label.partition("|")[2].casefold(): label for label in SENSITIVE.values()}
    found: set[str] = set()
    for name in names:
        label = SENSITIVE.get(name.casefold()) or by_code.get(name.casefold())
        if label is None and name != "all":
            raise Invalid(f"There is no label “{name}”. Labels: all, {', '.join(SENSITIVE)}.", path="labels")
        found |= WITHHELD_BY_DEFAULT if label is None else {label}
    return frozenset(found)


def names_of(labels: Iterable[str]) -> list[str]:
    """Short names of labels; all of them together are `all`."""
    chosen = frozenset(labels)
    return ["all"] if chosen == WITHHELD_BY_DEFAULT else [name for name, label in SENSITIVE.items() if label in chosen]
