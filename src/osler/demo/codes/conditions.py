"""Problems and diagnoses of the demo clinic.

ICD-10-CM codes and titles are from the NCHS release of fiscal year 2026 (public domain). SNOMED CT codes are from the
IPS Free Set, or codes that published FHIR examples carry; a row has none where neither held a fitting concept.
"""

from __future__ import annotations

from typing import NamedTuple

from osler.demo.codes.systems import ICD10CM, SNOMED, coding


class Diagnosis(NamedTuple):
    text: str
    icd10: str
    icd10_title: str
    snomed: str = ""
    snomed_title: str = ""


DIAGNOSES: dict[str, Diagnosis] = {
    # Chronic problems
    "diabetes": Diagnosis(
        "Type 2 diabetes",
        "E11.9",
        "Type 2 diabetes mellitus without complications",
        "44054006",
        "Type 2 diabetes mellitus",
    ),
    "diabetes-ckd": Diagnosis(
        "Type 2 diabetes with CKD",
        "E11.22",
        "Type 2 diabetes mellitus with diabetic chronic kidney disease",
        "420279001",
        "Renal disorder due to type 2 diabetes mellitus",
    ),
    "prediabetes": Diagnosis("Prediabetes", "R73.03", "Prediabetes", "15777000", "Prediabetes"),
    "hypertension": Diagnosis(
        "Hypertension", "I10", "Essential (primary) hypertension", "59621000", "Essential hypertension"
    ),
    "ckd-3a": Diagnosis(
        "CKD stage 3a", "N18.31", "Chronic kidney disease, stage 3a", "433144002", "Chronic kidney disease stage 3"
    ),
    "ckd-3b": Diagnosis(
        "CKD stage 3b", "N18.32", "Chronic kidney disease, stage 3b", "433144002", "Chronic kidney disease stage 3"
    ),
    "hyperlipidemia": Diagnosis("Hyperlipidemia", "E78.5", "Hyperlipidemia, unspecified", "55822004", "Hyperlipidemia"),
    "asthma-mild": Diagnosis(
        "Asthma, mild persistent",
        "J45.30",
        "Mild persistent asthma, uncomplicated",
        "426979002",
        "Mild persistent asthma",
    ),
    "copd": Diagnosis(
        "COPD",
        "J44.9",
        "Chronic obstructive pulmonary disease, unspecified",
        "13645005",
        "Chronic obstructive lung disease",
    ),
    "depression": Diagnosis(
        "Major depression, recurrent, moderate",
        "F33.1",
        "Major depressive disorder, recurrent, moderate",
        "18818009",
        "Moderate recurrent major depression",
    ),
    "depression-remission": Diagnosis(
        "Depression, in remission",
        "F33.42",
        "Major depressive disorder, recurrent, in full remission",
        "46244001",
        "Recurrent major depression in full remission",
    ),
    "anxiety": Diagnosis(
        "Generalized anxiety disorder",
        "F41.1",
        "Generalized anxiety disorder",
        "21897009",
        "Generalized anxiety disorder",
    ),
    "hypothyroidism": Diagnosis("Hypothyroidism", "E03.9", "Hypothyroidism, unspecified", "40930008", "Hypothyroidism"),
    "afib": Diagnosis(
        "Atrial fibrillation, paroxysmal",
        "I48.0",
        "Paroxysmal atrial fibrillation",
        "282825002",
        "Paroxysmal atrial fibrillation",
    ),
    "heart-failure": Diagnosis(
        "Heart failure, reduced ejection fraction",
        "I50.22",
        "Chronic systolic (congestive) heart failure",
        "441481004",
        "Chronic systolic heart failure",
    ),
    "knee-oa": Diagnosis(
        "Osteoarthritis, right knee",
        "M17.11",
        "Unilateral primary osteoarthritis, right knee",
        "239873007",
        "Osteoarthritis of knee",
    ),
    "migraine": Diagnosis(
        "Migraine without aura",
        "G43.009",
        "Migraine without aura, not intractable, without status migrainosus",
        "56097005",
        "Migraine without aura",
    ),
    "back-pain": Diagnosis(
        "Chronic low back pain", "M54.50", "Low back pain, unspecified", "278860009", "Chronic low back pain"
    ),
    "adhd": Diagnosis(
        "ADHD, combined type",
        "F90.2",
        "Attention-deficit hyperactivity disorder, combined type",
        "31177006",
        "Attention deficit hyperactivity disorder, combined type",
    ),
    "pregnancy": Diagnosis(
        "Pregnancy",
        "Z34.90",
        "Encounter for supervision of normal pregnancy, unspecified, unspecified trimester",
        "72892002",
        "Normal pregnancy",
    ),
    "lung-cancer": Diagnosis(
        "Lung cancer, metastatic to liver",
        "C34.90",
        "Malignant neoplasm of unspecified part of unspecified bronchus or lung",
        "254637007",
        "Non-small cell lung cancer",
    ),
    "liver-metastasis": Diagnosis(
        "Liver metastases",
        "C78.7",
        "Secondary malignant neoplasm of liver and intrahepatic bile duct",
        "94381002",
        "Metastatic malignant neoplasm to liver",
    ),
    "opioid-use": Diagnosis(
        "Opioid use disorder, on treatment",
        "F11.20",
        "Opioid dependence, uncomplicated",
        "75544000",
        "Opioid dependence",
    ),
    "reflux": Diagnosis(
        "Gastroesophageal reflux",
        "K21.9",
        "Gastro-esophageal reflux disease without esophagitis",
        "235595009",
        "Gastroesophageal reflux disease",
    ),
    "obesity": Diagnosis("Obesity", "E66.9", "Obesity, unspecified", "414916001", "Obesity"),
    "sleep-apnea": Diagnosis(
        "Obstructive sleep apnea",
        "G47.33",
        "Obstructive sleep apnea (adult) (pediatric)",
        "78275009",
        "Obstructive sleep apnea syndrome",
    ),
    "prostate": Diagnosis(
        "Benign prostatic hyperplasia",
        "N40.1",
        "Benign prostatic hyperplasia with lower urinary tract symptoms",
        "266569009",
        "Benign prostatic hyperplasia",
    ),
    "gout": Diagnosis("Gout", "M10.9", "Gout, unspecified", "90560007", "Gout"),
    "osteoporosis": Diagnosis(
        "Osteoporosis",
        "M81.0",
        "Age-related osteoporosis without current pathological fracture",
        "64859006",
        "Osteoporosis",
    ),
    "allergic-rhinitis": Diagnosis(
        "Seasonal allergic rhinitis",
        "J30.2",
        "Other seasonal allergic rhinitis",
        "367498001",
        "Seasonal allergic rhinitis",
    ),
    "eczema": Diagnosis(
        "Atopic dermatitis", "L20.9", "Atopic dermatitis, unspecified", "24079001", "Atopic dermatitis"
    ),
    "iron-deficiency": Diagnosis(
        "Iron deficiency anemia", "D50.9", "Iron deficiency anemia, unspecified", "87522002", "Iron deficiency anemia"
    ),
    "tobacco": Diagnosis(
        "Tobacco use", "F17.210", "Nicotine dependence, cigarettes, uncomplicated", "77176002", "Smoker"
    ),
    # Short illnesses and reasons for one visit
    "adult-exam": Diagnosis(
        "Annual wellness visit", "Z00.00", "Encounter for general adult medical examination without abnormal findings"
    ),
    "child-exam": Diagnosis(
        "Well-child visit", "Z00.129", "Encounter for routine child health examination without abnormal findings"
    ),
    "uri": Diagnosis(
        "Upper respiratory infection",
        "J06.9",
        "Acute upper respiratory infection, unspecified",
        "54150009",
        "Upper respiratory infection",
    ),
    "strep": Diagnosis(
        "Strep pharyngitis", "J02.0", "Streptococcal pharyngitis", "43878008", "Streptococcal sore throat"
    ),
    "otitis": Diagnosis(
        "Otitis media, right", "H66.91", "Otitis media, unspecified, right ear", "3110003", "Acute otitis media"
    ),
    "bronchitis": Diagnosis(
        "Acute bronchitis", "J20.9", "Acute bronchitis, unspecified", "10509002", "Acute bronchitis"
    ),
    "uti": Diagnosis(
        "Urinary tract infection",
        "N39.0",
        "Urinary tract infection, site not specified",
        "68566005",
        "Urinary tract infectious disease",
    ),
    "ankle-sprain": Diagnosis(
        "Ankle sprain, right",
        "S93.401A",
        "Sprain of unspecified ligament of right ankle, initial encounter",
        "44465007",
        "Sprain of ankle",
    ),
    "gastroenteritis": Diagnosis(
        "Viral gastroenteritis",
        "A08.4",
        "Viral intestinal infection, unspecified",
        "111843007",
        "Viral gastroenteritis",
    ),
    "conjunctivitis": Diagnosis("Conjunctivitis", "H10.9", "Unspecified conjunctivitis", "9826008", "Conjunctivitis"),
    "knee-pain": Diagnosis("Knee pain, right", "M25.561", "Pain in right knee"),
    "hyperkalemia": Diagnosis("Hyperkalemia", "E87.5", "Hyperkalemia", "14140009", "Hyperkalemia"),
    "viral": Diagnosis("Viral illness", "B34.9", "Viral infection, unspecified", "34014006", "Viral disease"),
    "headache": Diagnosis("Headache", "R51.9", "Headache, unspecified", "25064002", "Headache"),
    "jaundice": Diagnosis("Newborn jaundice, resolved", "P59.9", "Neonatal jaundice, unspecified"),
    "palliative": Diagnosis(
        "Palliative care", "Z51.5", "Encounter for palliative care", "103735009", "Palliative care"
    ),
}


def condition_code(key: str, text: str = "") -> dict:
    """The CodeableConcept of a diagnosis: SNOMED CT where known, ICD-10-CM always, and the words of the chart."""
    row = DIAGNOSES[key]
    codings = [coding(SNOMED, row.snomed, row.snomed_title)] if row.snomed else []
    codings.append(coding(ICD10CM, row.icd10, row.icd10_title))
    return {"coding": codings, "text": text or row.text}
