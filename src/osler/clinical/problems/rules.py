"""The order of a problem list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from osler.clinical.problems.fhir import Problem


def is_kidney_disease(problem: Problem) -> bool:
    """Chronic kidney disease, by its ICD-10 category or its name; not another disease that led to it."""
    return problem.icd.upper().startswith("N18") or problem.name.lower().startswith(("chronic kidney disease", "ckd"))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of the list before diagnoses of single visits; within each as they were entered into the chart.

    The order of entry is a clinician's own: it is how the list was told when it was made.
    """
    return sorted(problems, key=lambda each: (not each.listed, each.recorded, each.name))


PRESSURE = "8480-6"
WEIGHT = "29463-7"
_EGFR = ("98979-8", "62238-1", "88293-6", "88294-4", "48642-3", "48643-1", "33914-3", "69405-9", "77147-7")
_KIDNEY = (*_EGFR, "9318-7", "14959-1", "30000-4", "2160-0", "38483-4", "2823-3", "6298-4")
_SUGAR = ("4548-4", "17856-6", "2345-7", "2339-0", "1558-6")
_LIPIDS = ("13457-7", "18262-6", "2089-1", "2085-9", "2571-8", "2093-3")
_BEARS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"E0[89]|E1[013]|R73|O24", r"diabet|glucose", (*_SUGAR, "9318-7", "14959-1", *_EGFR)),
    (r"I1[0-6]|O1[0-6]|R03", r"hypertens|blood pressure", (PRESSURE, "2823-3", "6298-4", "2160-0", "38483-4", *_EGFR)),
    (r"N1[789]|N0[3-8]|E11\.2|I1[23]|R80", r"kidney|renal|nephr|ckd|proteinuria|albuminuria", _KIDNEY),
    (r"E78", r"lipid|cholesterol", _LIPIDS),
    (r"E0[0-7]", r"thyroid", ("3016-3", "11580-8", "3024-7", "3053-6")),
    (r"D[56]", r"an(?:a)?emia|iron deficiency", ("718-7", "2276-4", "787-2", "2132-9")),
    (r"I50|I42", r"heart failure|cardiomyopathy", (WEIGHT, PRESSURE, "33762-6", "30934-4", "42637-9", "2160-0", "2823-3")),
    (r"I48|I26|I82", r"fibrillation|thrombos|embolism", ("6301-6", "34714-6", "718-7", "777-3")),
    (r"E66|R63", r"obes|overweight|underweight", (WEIGHT, "39156-5")),
    (r"F3[2-4]", r"depress", ("44261-6",)),
    (r"F41", r"anxiety", ("70274-6",)),
    (r"M10", r"gout|hyperuric", ("3084-1",)),
    (r"K7[0-6]|B1[5-9]", r"hepat|cirrhos|fatty liver|liver", ("1742-6", "1920-8", "1975-2", "1751-7")),
    (r"M8[01]|E55", r"osteop|vitamin d", ("1989-3", "62292-8")),
    (r"B20", r"hiv", ("24467-3", "20447-9")),
    (r"C61|N40", r"prostat", ("2857-1", "35741-8")),
    (r"M0[56]", r"rheumatoid", ("1988-5", "30341-2", "4537-7")),
)  # fmt: skip


def bears_on(problem: Problem) -> tuple[str, ...]:
    """LOINC codes of what is measured to follow a problem, what matters most first; systolic pressure stands for the pair.

    By the ICD-10 category, else by the words. A problem that nothing is known of has none.
    """
    by_code = [codes for icd, _, codes in _BEARS if problem.icd and re.match(icd, problem.icd, re.IGNORECASE)]
    by_words = [codes for _, words, codes in _BEARS if re.search(words, problem.name, re.IGNORECASE)]
    return tuple(dict.fromkeys(code for codes in (*by_code, *by_words) for code in codes))
