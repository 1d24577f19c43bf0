"""Security labels that are kept from a reader unless a policy reveals them for the purpose at hand.

Codes of HL7 v3 Confidentiality and ActCode (information sensitivity policy), as `meta.security` carries them.
"""

from __future__ import annotations

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
