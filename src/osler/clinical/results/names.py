"""What a test is called where there is little room: our own short names of the common ones, else the head of a long name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from osler.clinical.results.fhir import Result
from osler.clinical.results.rules import EGFR

_LONGEST = 22
"""Letters of a name that is short as it is."""
_SHORT = """
2345-7 Glucose|2339-0 Glucose, blood|1558-6 Glucose, fasting|4548-4 17856-6 Hemoglobin A1c|2160-0 Creatinine
38483-4 Creatinine, blood|3094-0 Urea nitrogen|6299-2 Urea nitrogen, blood|2951-2 Sodium|2947-0 Sodium, blood
2823-3 Potassium|6298-4 Potassium, blood|2075-0 Chloride|2069-3 Chloride, blood|2028-9 Carbon dioxide
20565-8 Carbon dioxide, blood|17861-6 Calcium|49765-1 Calcium, blood|2777-1 Phosphate|19123-9 Magnesium
2885-2 Total protein|1751-7 Albumin|10834-0 Globulin|1975-2 Total bilirubin|1968-7 Direct bilirubin
6768-6 Alkaline phosphatase|1742-6 ALT|1920-8 AST|2324-2 GGT|2093-3 Cholesterol|2571-8 Triglycerides
2085-9 HDL cholesterol|13457-7 18262-6 2089-1 LDL cholesterol|718-7 Hemoglobin|4544-3 20570-8 Hematocrit
6690-2 26464-8 WBC|789-8 26453-1 RBC|777-3 26515-7 Platelets|787-2 MCV|785-6 MCH|786-4 MCHC|788-0 21000-5 RDW
32623-1 MPV|32207-3 PDW|770-8 Neutrophils %|751-8 Neutrophils|736-9 Lymphocytes %|731-0 Lymphocytes
5905-5 Monocytes %|742-7 Monocytes|713-8 Eosinophils %|711-2 Eosinophils|706-2 Basophils %|704-7 Basophils
3016-3 11580-8 TSH|3024-7 Free T4|9318-7 14959-1 32294-1 Urine albumin/creatinine|1988-5 CRP|30522-7 CRP, high sens.
4537-7 30341-2 ESR|2276-4 Ferritin|2498-4 Iron|2500-7 TIBC|2502-3 Transferrin saturation|2132-9 Vitamin B12
2284-8 Folate|5902-2 Prothrombin time|6301-6 34714-6 INR|3173-2 14979-9 aPTT|2857-1 PSA|10839-9 Troponin I
89579-7 Troponin I, high sens.|33762-6 NT-proBNP|30934-4 BNP|2524-7 Lactate|3040-3 Lipase|3084-1 Uric acid
2157-6 Creatine kinase|14804-9 LDH|48065-7 D-dimer|33959-8 Procalcitonin|2744-1 Arterial pH|2019-8 Arterial pCO₂
2703-7 Arterial pO₂|1960-4 Arterial bicarbonate|8480-6 Systolic BP|8462-4 Diastolic BP
"""
_BY_CODE = {
    code: entry[len(" ".join(codes)) :].strip()
    for entry in _SHORT.strip().replace("\n", "|").split("|")
    if (codes := re.findall(r"(?:^| )(\d+-\d)(?= )", entry))
    for code in codes
} | dict.fromkeys(EGFR, "eGFR")
_LONG = re.compile(
    r"(?P<what>.+?)(?: \[[^\]]*\])?"
    r"(?: (?:in|of) (?P<where>(?:[A-Z][a-z]+ )?(?:Serum|Plasma|Blood|Urine|Stool|specimen|plasma|sediment|[A-Z][a-z]+)[\w ,]*?))?"
    r"(?: by .+)?"
)
_USUAL = re.compile(r"\b(?:serum|plasma|blood)\b", re.IGNORECASE)
_FRACTION = re.compile(r"/Hemoglobin\.total$|/1\.73 sq M\.predicted$")
_PANEL = re.compile(r" panel - .+")
_LIPID = re.compile(r"Cholesterol in (\w+)")


@lru_cache(maxsize=4096)
def short_name(name: str, codes: tuple[str, ...] = ()) -> str:
    """A long name shortened, a short one as it is. `codes` are `system|code`."""
    if len(name) <= _LONGEST and "[" not in name and " in " not in name:
        return name
    known = next((_BY_CODE[code] for each in codes if (code := each.rpartition("|")[2]) in _BY_CODE), "")
    return known or _head(name)


def _head(name: str) -> str:
    """`Protein [Mass/volume] in Urine by Test strip`: what was measured, and where, unless it was in blood."""
    lipid = _LIPID.sub(r"\1 cholesterol", _PANEL.sub(" panel", name))
    found = _LONG.fullmatch(lipid)
    if found is None or found["what"] == lipid:
        return lipid
    what = _FRACTION.sub("", found["what"]).replace("/100 leukocytes", " %")
    where = found["where"] or ""
    return what if not where or (_USUAL.search(where) and "Arterial" not in where) else f"{what}, {where.lower()}"


def short_names(results: Iterable[Result]) -> dict[str, str]:
    """Names by code for tests that stand in one list: two that would be called the same keep their whole names."""
    of = {each.code: each for each in results}
    short = {code: short_name(each.name, each.codes) for code, each in of.items()}
    times = Counter(short.values())
    return {code: name if times[name] == 1 else of[code].name for code, name in short.items()}
