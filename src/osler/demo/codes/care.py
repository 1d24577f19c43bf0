"""Encounter types, procedures, routes, substances and answers of the demo clinic.

SNOMED CT codes are from the IPS Free Set or from published FHIR examples; RxNorm from the Prescribable Content.
"""

from __future__ import annotations

from osler.demo.codes.systems import LOINC, RXNORM, SNOMED

Code = tuple[str, str, str, str]
"""system, code, display, text"""

ENCOUNTER_TYPES: dict[str, Code] = {
    "follow-up": (SNOMED, "390906007", "Follow-up encounter", "Office visit"),
    "symptom": (SNOMED, "185345009", "Encounter for symptom", "Office visit, acute"),
    "wellness": (SNOMED, "162673000", "General examination of patient", "Annual wellness visit"),
    "well-child": (SNOMED, "410620009", "Well child visit", "Well-child visit"),
    "prenatal-first": (SNOMED, "424441002", "Prenatal initial visit", "First prenatal visit"),
    "prenatal": (SNOMED, "424619006", "Prenatal visit", "Prenatal visit"),
    "postnatal": (SNOMED, "169762003", "Postnatal visit", "Postpartum visit"),
    "emergency": (SNOMED, "50849002", "Emergency room admission", "Emergency department visit"),
    "inpatient": (SNOMED, "183452005", "Encounter inpatient", "Hospital stay"),
    "palliative": (SNOMED, "103735009", "Palliative care", "Palliative care visit"),
    "telehealth": (SNOMED, "185345009", "Encounter for symptom", "Telephone visit"),
}

PROCEDURES: dict[str, Code] = {
    "eye-screening": (SNOMED, "134395001", "Diabetic retinopathy screening", "Diabetic eye exam, dilated"),
    "colonoscopy": (SNOMED, "73761001", "Colonoscopy", "Colonoscopy"),
    "spirometry": (SNOMED, "127783003", "Spirometry", "Spirometry"),
    "ecg": (SNOMED, "29303009", "Electrocardiographic procedure", "ECG, 12 lead"),
    "echocardiogram": (SNOMED, "40701008", "Echocardiography", "Echocardiogram"),
    "depression-screening": (SNOMED, "171207006", "Depression screening", "Depression screening"),
    "medication-reconciliation": (SNOMED, "430193006", "Medication reconciliation", "Medication reconciliation"),
    "fetal-heart": (SNOMED, "225158009", "Auscultation of the fetal heart", "Fetal heart tones"),
    "fundal-height": (SNOMED, "274804006", "Evaluation of uterine fundal height", "Fundal height"),
    "mammogram": (LOINC, "24606-6", "MG Breast Screening", "Screening mammogram"),
    "chest-xray": (LOINC, "36643-5", "XR Chest 2 Views", "Chest X-ray, 2 views"),
    "knee-xray": (LOINC, "37637-6", "XR Extremity Views", "X-ray, right knee"),
    "bone-density": (SNOMED, "312681000", "Bone density scan", "Bone density scan"),
}

ROUTES: dict[str, tuple[str, str]] = {"oral": ("26643006", "Oral route")}
"""SNOMED CT codes of routes; a route that is not listed is given by its word alone."""

SUBSTANCES: dict[str, Code] = {
    "penicillin": (SNOMED, "91936005", "Allergy to penicillin", "penicillin"),
    "sulfamethoxazole": (RXNORM, "10180", "sulfamethoxazole", "sulfamethoxazole"),
    "codeine": (RXNORM, "2670", "codeine", "codeine"),
    "aspirin": (RXNORM, "1191", "aspirin", "aspirin"),
    "ibuprofen": (RXNORM, "5640", "ibuprofen", "ibuprofen"),
    "lisinopril": (RXNORM, "29046", "lisinopril", "lisinopril"),
    "cephalexin": (RXNORM, "2231", "cephalexin", "cephalexin"),
    "peanut": (SNOMED, "91935009", "Allergy to peanut", "peanut"),
    "egg": (SNOMED, "91930004", "Allergy to eggs", "egg"),
    "shellfish": (SNOMED, "300913006", "Shellfish allergy", "shellfish"),
    "bee-venom": (SNOMED, "424213003", "Allergy to bee venom", "bee venom"),
    "latex": (SNOMED, "300916003", "Latex allergy", "latex"),
    "grass-pollen": (SNOMED, "418689008", "Allergy to grass pollen", "grass pollen"),
    "none": (SNOMED, "716186003", "No known allergy", "No known allergies"),
}

REACTIONS: dict[str, tuple[str, str, str]] = {
    "anaphylaxis": ("39579001", "Anaphylaxis", "anaphylaxis"),
    "rash": ("271807003", "Eruption", "rash"),
    "hives": ("126485001", "Urticaria", "hives"),
    "angioedema": ("41291007", "Angioedema", "angioedema"),
    "nausea": ("422587007", "Nausea", "nausea"),
    "cough": ("49727002", "Cough", "cough"),
    "itching": ("418290006", "Itching", "itching"),
    "wheezing": ("56018004", "Wheezing", "wheezing"),
    "runny nose": ("64531003", "Nasal discharge", "runny nose"),
}
"""Reaction word: SNOMED CT code, display, text."""

SMOKING: dict[str, tuple[str, str, str]] = {
    "never": ("266919005", "Never smoked tobacco", "Never smoked"),
    "former": ("8517006", "Ex-smoker", "Former smoker"),
    "current": ("449868002", "Current every day smoker", "Smokes every day"),
}

RESUSCITATION: dict[str, tuple[str, str, str]] = {
    "full": ("304252001", "For resuscitation", "Full code"),
    "dnr": ("304253006", "Not for resuscitation", "DNR"),
}
"""Values of the code status, SNOMED CT 304251008 |Resuscitation status|."""
