"""Laboratory tests of the demo clinic: LOINC codes, UCUM units, adult reference ranges, and how each one wanders.

LOINC codes and names: this content includes LOINC (loinc.org), copyright Regenstrief Institute, used under its license.
Reference ranges are round textbook values for adults.
"""

from __future__ import annotations

from typing import NamedTuple


class Analyte(NamedTuple):
    loinc: str
    name: str
    text: str
    unit: str
    ucum: str
    digits: int
    low: float | None
    high: float | None
    usual: float
    spread: float
    """Standard deviation between people; a person wanders around an own mean by a third of it."""
    critical_low: float | None = None
    critical_high: float | None = None


ANALYTES: dict[str, Analyte] = {
    "a1c": Analyte(
        "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "Hemoglobin A1c", "%", "%",
        1, None, 5.6, 5.3, 0.2,
    ),
    "glucose": Analyte(
        "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "Glucose", "mg/dL", "mg/dL",
        0, 70, 99, 89, 6, 50, 400,
    ),
    "sodium": Analyte(
        "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "Sodium", "mmol/L", "mmol/L",
        0, 135, 145, 140, 1.8, 120, 160,
    ),
    "potassium": Analyte(
        "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "Potassium", "mmol/L", "mmol/L",
        1, 3.5, 5.1, 4.2, 0.3, 2.8, 5.6,
    ),
    "chloride": Analyte(
        "2075-0", "Chloride [Moles/volume] in Serum or Plasma", "Chloride", "mmol/L", "mmol/L",
        0, 98, 107, 103, 1.8,
    ),
    "bicarbonate": Analyte(
        "2028-9", "Carbon dioxide, total [Moles/volume] in Serum or Plasma", "Carbon dioxide", "mmol/L", "mmol/L",
        0, 22, 29, 26, 1.5,
    ),
    "urea": Analyte(
        "3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "Urea nitrogen", "mg/dL", "mg/dL",
        0, 7, 25, 14, 3,
    ),
    "creatinine": Analyte(
        "2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "Creatinine", "mg/dL", "mg/dL",
        2, 0.5, 1.1, 0.82, 0.1,
    ),
    "egfr": Analyte(
        "98979-8", "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)",
        "eGFR", "mL/min/1.73 m2", "mL/min/{1.73_m2}",
        0, 60, None, 96, 9, 15,
    ),
    "calcium": Analyte(
        "17861-6", "Calcium [Mass/volume] in Serum or Plasma", "Calcium", "mg/dL", "mg/dL",
        1, 8.6, 10.3, 9.5, 0.25, 7, 12,
    ),
    "protein": Analyte(
        "2885-2", "Protein [Mass/volume] in Serum or Plasma", "Total protein", "g/dL", "g/dL",
        1, 6.1, 8.1, 7.1, 0.3,
    ),
    "albumin": Analyte(
        "1751-7", "Albumin [Mass/volume] in Serum or Plasma", "Albumin", "g/dL", "g/dL",
        1, 3.6, 5.1, 4.4, 0.2,
    ),
    "bilirubin": Analyte(
        "1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "Bilirubin, total", "mg/dL", "mg/dL",
        1, 0.2, 1.2, 0.6, 0.15,
    ),
    "alp": Analyte(
        "6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
        "Alkaline phosphatase", "U/L", "U/L",
        0, 36, 130, 72, 14,
    ),
    "ast": Analyte(
        "1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "AST", "U/L", "U/L",
        0, 10, 35, 21, 4,
    ),
    "alt": Analyte(
        "1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "ALT", "U/L", "U/L",
        0, 6, 40, 21, 6,
    ),
    "cholesterol": Analyte(
        "2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "Cholesterol", "mg/dL", "mg/dL",
        0, None, 199, 178, 18,
    ),
    "hdl": Analyte(
        "2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "HDL cholesterol", "mg/dL", "mg/dL",
        0, 40, None, 54, 8,
    ),
    "triglyceride": Analyte(
        "2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "Triglycerides", "mg/dL", "mg/dL",
        0, None, 149, 110, 24,
    ),
    "ldl": Analyte(
        "13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation",
        "LDL cholesterol", "mg/dL", "mg/dL",
        0, None, 99, 102, 15,
    ),
    "wbc": Analyte(
        "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "WBC", "10*3/uL", "10*3/uL",
        1, 3.8, 10.8, 6.6, 1.1, 1, 30,
    ),
    "rbc": Analyte(
        "789-8", "Erythrocytes [#/volume] in Blood by Automated count", "RBC", "10*6/uL", "10*6/uL",
        2, 3.8, 5.8, 4.7, 0.3,
    ),
    "hemoglobin": Analyte(
        "718-7", "Hemoglobin [Mass/volume] in Blood", "Hemoglobin", "g/dL", "g/dL",
        1, 12.0, 15.5, 13.6, 0.6, 7, 20,
    ),
    "hematocrit": Analyte(
        "4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "Hematocrit", "%", "%",
        1, 36, 46.5, 41, 1.8,
    ),
    "mcv": Analyte("787-2", "MCV [Entitic volume] by Automated count", "MCV", "fL", "fL", 0, 80, 100, 90, 3),
    "platelets": Analyte(
        "777-3", "Platelets [#/volume] in Blood by Automated count", "Platelets", "10*3/uL", "10*3/uL",
        0, 140, 400, 245, 40, 30, 1000,
    ),
    "tsh": Analyte(
        "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "TSH", "mIU/L", "m[IU]/L",
        1, 0.4, 4.5, 1.9, 0.5,
    ),
    "free-t4": Analyte(
        "3024-7", "Thyroxine (T4) free [Mass/volume] in Serum or Plasma", "Free T4", "ng/dL", "ng/dL",
        1, 0.8, 1.8, 1.2, 0.1,
    ),
    "uacr": Analyte(
        "9318-7", "Albumin/Creatinine [Mass Ratio] in Urine", "Urine albumin/creatinine", "mg/g", "mg/g",
        0, None, 29, 9, 4,
    ),
    "inr": Analyte(
        "6301-6", "INR in Platelet poor plasma by Coagulation assay", "INR", "{INR}", "{INR}",
        1, 0.9, 1.1, 1.0, 0.05, None, 5,
    ),
    "nt-probnp": Analyte(
        "33762-6", "Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma",
        "NT-proBNP", "pg/mL", "pg/mL",
        0, None, 124, 60, 20,
    ),
    "ferritin": Analyte(
        "2276-4", "Ferritin [Mass/volume] in Serum or Plasma", "Ferritin", "ng/mL", "ng/mL",
        0, 15, 150, 60, 20,
    ),
    "psa": Analyte(
        "2857-1", "Prostate specific Ag [Mass/volume] in Serum or Plasma", "PSA", "ng/mL", "ng/mL",
        1, None, 4.0, 1.6, 0.6,
    ),
    "urate": Analyte(
        "3084-1", "Urate [Mass/volume] in Serum or Plasma", "Uric acid", "mg/dL", "mg/dL",
        1, 2.5, 7.0, 5.2, 0.6,
    ),
    "glucose-1h": Analyte(
        "20438-8", "Glucose [Mass/volume] in Serum or Plasma --1 hour post dose glucose",
        "Glucose, 1 h after 50 g", "mg/dL", "mg/dL",
        0, None, 139, 118, 12,
    ),
    "lead": Analyte("5671-3", "Lead [Mass/volume] in Blood", "Lead", "ug/dL", "ug/dL", 1, None, 3.4, 1.1, 0.4),
}  # fmt: skip

RANGES_BY_SEX: dict[tuple[str, str], tuple[float | None, float | None]] = {
    ("hemoglobin", "male"): (13.2, 17.1),
    ("hematocrit", "male"): (38.5, 50.0),
    ("creatinine", "male"): (0.7, 1.3),
    ("ferritin", "male"): (24, 380),
}

USUAL_BY_SEX: dict[tuple[str, str], float] = {
    ("hemoglobin", "male"): 15.0,
    ("hematocrit", "male"): 45.0,
    ("ferritin", "male"): 120,
}


class Panel(NamedTuple):
    loinc: str
    name: str
    text: str
    analytes: tuple[str, ...]


_BASIC = ("glucose", "urea", "creatinine", "egfr", "sodium", "potassium", "chloride", "bicarbonate", "calcium")

PANELS: dict[str, Panel] = {
    "bmp": Panel("24321-2", "Basic metabolic 2000 panel - Serum or Plasma", "Basic metabolic panel", _BASIC),
    "cmp": Panel(
        "24323-8",
        "Comprehensive metabolic 2000 panel - Serum or Plasma",
        "Comprehensive metabolic panel",
        (*_BASIC, "protein", "albumin", "bilirubin", "alp", "ast", "alt"),
    ),
    "lipids": Panel(
        "24331-1", "Lipid 1996 panel - Serum or Plasma", "Lipid panel", ("cholesterol", "hdl", "triglyceride", "ldl")
    ),
    "cbc": Panel(
        "58410-2",
        "CBC panel - Blood by Automated count",
        "Complete blood count",
        ("wbc", "rbc", "hemoglobin", "hematocrit", "mcv", "platelets"),
    ),
    **{
        key: Panel(ANALYTES[key].loinc, ANALYTES[key].name, ANALYTES[key].text, (key,))
        for key in (
            "a1c",
            "tsh",
            "uacr",
            "inr",
            "nt-probnp",
            "ferritin",
            "psa",
            "urate",
            "glucose-1h",
            "lead",
            "hemoglobin",
        )
    },
    "thyroid": Panel("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "TSH with free T4", ("tsh", "free-t4")),
    "renal": Panel(
        "24362-6",
        "Renal function 2000 panel - Serum or Plasma",
        "Renal function panel",
        ("urea", "creatinine", "egfr", "sodium", "potassium", "chloride", "bicarbonate", "calcium"),
    ),
}
