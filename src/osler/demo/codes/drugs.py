"""Medications of the demo clinic: RxNorm codes of clinical drugs and how each one is usually taken.

RxNorm codes and names are from the Current Prescribable Content (U.S. National Library of Medicine, public domain).
A drug without a code is prescribed by its text alone.
"""

from __future__ import annotations

from typing import NamedTuple


class Drug(NamedTuple):
    text: str
    rxcui: str
    rxnorm: str
    dose: float
    unit: str
    route: str
    take: str
    """What to take, as the label says it: `Take 1 tablet`."""
    when: str
    """How often, as the chart says it: `twice daily with meals`."""
    times: int
    """Doses in `every` units of `per` (a UCUM time code)."""
    per: str
    quantity: int
    days: int
    """Days that one fill lasts; 0 when it is taken until used up."""
    refills: int
    as_needed: str = ""
    """The reason for taking it, when it is taken only as needed."""
    every: int = 1


DRUGS: dict[str, Drug] = {
    "metformin-500": Drug(
        "metformin 500 mg tablet", "861007", "metformin hydrochloride 500 MG Oral Tablet",
        500, "mg", "oral", "Take 1 tablet", "twice daily with meals", 2, "d", 180, 90, 3,
    ),
    "metformin-1000": Drug(
        "metformin 1,000 mg tablet", "861004", "metformin hydrochloride 1000 MG Oral Tablet",
        1000, "mg", "oral", "Take 1 tablet", "twice daily with meals", 2, "d", 180, 90, 3,
    ),
    "empagliflozin-10": Drug(
        "empagliflozin 10 mg tablet", "1545658", "empagliflozin 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "every morning", 1, "d", 90, 90, 3,
    ),
    "empagliflozin-25": Drug(
        "empagliflozin 25 mg tablet", "1545666", "empagliflozin 25 MG Oral Tablet",
        25, "mg", "oral", "Take 1 tablet", "every morning", 1, "d", 90, 90, 3,
    ),
    "dapagliflozin-10": Drug(
        "dapagliflozin 10 mg tablet", "1488569", "dapagliflozin 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "every morning", 1, "d", 90, 90, 3,
    ),
    "glipizide-5": Drug(
        "glipizide 5 mg tablet", "310490", "glipizide 5 MG Oral Tablet",
        5, "mg", "oral", "Take 1 tablet", "daily before breakfast", 1, "d", 90, 90, 3,
    ),
    "insulin-glargine": Drug(
        "insulin glargine 100 units in 1 mL pen", "847230", "3 ML insulin glargine 100 UNT/ML Pen Injector",
        18, "[iU]", "subcutaneous", "Inject 18 units", "at bedtime", 1, "d", 15, 83, 3,
    ),
    "lisinopril-10": Drug(
        "lisinopril 10 mg tablet", "314076", "lisinopril 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "lisinopril-20": Drug(
        "lisinopril 20 mg tablet", "314077", "lisinopril 20 MG Oral Tablet",
        20, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "lisinopril-40": Drug(
        "lisinopril 40 mg tablet", "197884", "lisinopril 40 MG Oral Tablet",
        40, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "losartan-50": Drug(
        "losartan 50 mg tablet", "979492", "losartan potassium 50 MG Oral Tablet",
        50, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "losartan-100": Drug(
        "losartan 100 mg tablet", "979480", "losartan potassium 100 MG Oral Tablet",
        100, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "amlodipine-5": Drug(
        "amlodipine 5 mg tablet", "197361", "amlodipine 5 MG Oral Tablet",
        5, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "amlodipine-10": Drug(
        "amlodipine 10 mg tablet", "308135", "amlodipine 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "chlorthalidone-25": Drug(
        "chlorthalidone 25 mg tablet", "197499", "chlorthalidone 25 MG Oral Tablet",
        25, "mg", "oral", "Take 1 tablet", "every morning", 1, "d", 90, 90, 3,
    ),
    "atorvastatin-20": Drug(
        "atorvastatin 20 mg tablet", "617310", "atorvastatin 20 MG Oral Tablet",
        20, "mg", "oral", "Take 1 tablet", "at bedtime", 1, "d", 90, 90, 3,
    ),
    "atorvastatin-40": Drug(
        "atorvastatin 40 mg tablet", "617311", "atorvastatin 40 MG Oral Tablet",
        40, "mg", "oral", "Take 1 tablet", "at bedtime", 1, "d", 90, 90, 3,
    ),
    "rosuvastatin-10": Drug(
        "rosuvastatin 10 mg tablet", "859747", "rosuvastatin calcium 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "sertraline-50": Drug(
        "sertraline 50 mg tablet", "312941", "sertraline 50 MG Oral Tablet",
        50, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "sertraline-100": Drug(
        "sertraline 100 mg tablet", "312938", "sertraline 100 MG Oral Tablet",
        100, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "escitalopram-10": Drug(
        "escitalopram 10 mg tablet", "349332", "escitalopram 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "naproxen-220": Drug(
        "naproxen 220 mg tablet", "849574", "naproxen sodium 220 MG Oral Tablet",
        220, "mg", "oral", "Take 1 tablet", "as needed", 2, "d", 0, 0, 0, "knee pain",
    ),
    "naproxen-500": Drug(
        "naproxen 500 mg tablet", "198014", "naproxen 500 MG Oral Tablet",
        500, "mg", "oral", "Take 1 tablet", "twice daily with food as needed", 2, "d", 60, 30, 2, "pain",
    ),
    "acetaminophen-500": Drug(
        "acetaminophen 500 mg tablet", "198440", "acetaminophen 500 MG Oral Tablet",
        1000, "mg", "oral", "Take 2 tablets", "every 8 hours as needed", 3, "d", 100, 16, 2, "pain",
    ),
    "ibuprofen-suspension": Drug(
        "ibuprofen 20 mg in 1 mL suspension", "197803", "ibuprofen 20 MG/ML Oral Suspension",
        100, "mg", "oral", "Give 5 mL", "every 6 hours as needed", 4, "d", 120, 6, 0, "fever or pain",
    ),
    "cyclobenzaprine-5": Drug(
        "cyclobenzaprine 5 mg tablet", "828320", "cyclobenzaprine hydrochloride 5 MG Oral Tablet",
        5, "mg", "oral", "Take 1 tablet", "at bedtime as needed", 1, "d", 15, 15, 0, "muscle spasm",
    ),
    "meloxicam-7.5": Drug(
        "meloxicam 7.5 mg tablet", "311486", "meloxicam 7.5 MG Oral Tablet",
        7.5, "mg", "oral", "Take 1 tablet", "daily with food", 1, "d", 30, 30, 2,
    ),
    "gabapentin-300": Drug(
        "gabapentin 300 mg capsule", "310431", "gabapentin 300 MG Oral Capsule",
        300, "mg", "oral", "Take 1 capsule", "at bedtime", 1, "d", 90, 90, 1,
    ),
    "levothyroxine-50": Drug(
        "levothyroxine 50 mcg tablet", "966221", "levothyroxine sodium 0.05 MG Oral Tablet",
        50, "ug", "oral", "Take 1 tablet", "every morning before breakfast", 1, "d", 90, 90, 3,
    ),
    "levothyroxine-75": Drug(
        "levothyroxine 75 mcg tablet", "966222", "levothyroxine sodium 0.075 MG Oral Tablet",
        75, "ug", "oral", "Take 1 tablet", "every morning before breakfast", 1, "d", 90, 90, 3,
    ),
    "levothyroxine-100": Drug(
        "levothyroxine 100 mcg tablet", "892246", "levothyroxine sodium 0.1 MG Oral Tablet",
        100, "ug", "oral", "Take 1 tablet", "every morning before breakfast", 1, "d", 90, 90, 3,
    ),
    "warfarin-5": Drug(
        "warfarin 5 mg tablet", "855332", "warfarin sodium 5 MG Oral Tablet",
        5, "mg", "oral", "Take 1 tablet", "daily in the evening", 1, "d", 90, 90, 1,
    ),
    "warfarin-4": Drug(
        "warfarin 4 mg tablet", "855324", "warfarin sodium 4 MG Oral Tablet",
        4, "mg", "oral", "Take 1 tablet", "daily in the evening", 1, "d", 90, 90, 1,
    ),
    "apixaban-5": Drug(
        "apixaban 5 mg tablet", "1364445", "apixaban 5 MG Oral Tablet",
        5, "mg", "oral", "Take 1 tablet", "twice daily", 2, "d", 180, 90, 3,
    ),
    "metoprolol-25": Drug(
        "metoprolol succinate ER 25 mg tablet", "866427",
        "24 HR metoprolol succinate 25 MG Extended Release Oral Tablet",
        25, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "metoprolol-50": Drug(
        "metoprolol succinate ER 50 mg tablet", "866436",
        "24 HR metoprolol succinate 50 MG Extended Release Oral Tablet",
        50, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "carvedilol-6.25": Drug(
        "carvedilol 6.25 mg tablet", "200031", "carvedilol 6.25 MG Oral Tablet",
        6.25, "mg", "oral", "Take 1 tablet", "twice daily with food", 2, "d", 180, 90, 3,
    ),
    "carvedilol-12.5": Drug(
        "carvedilol 12.5 mg tablet", "200032", "carvedilol 12.5 MG Oral Tablet",
        12.5, "mg", "oral", "Take 1 tablet", "twice daily with food", 2, "d", 180, 90, 3,
    ),
    "furosemide-20": Drug(
        "furosemide 20 mg tablet", "310429", "furosemide 20 MG Oral Tablet",
        20, "mg", "oral", "Take 1 tablet", "every morning", 1, "d", 90, 90, 3,
    ),
    "furosemide-40": Drug(
        "furosemide 40 mg tablet", "313988", "furosemide 40 MG Oral Tablet",
        40, "mg", "oral", "Take 1 tablet", "every morning", 1, "d", 90, 90, 3,
    ),
    "spironolactone-25": Drug(
        "spironolactone 25 mg tablet", "313096", "spironolactone 25 MG Oral Tablet",
        25, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "sacubitril-valsartan": Drug(
        "sacubitril 24 mg with valsartan 26 mg tablet", "1656340", "sacubitril 24 MG / valsartan 26 MG Oral Tablet",
        1, "{tbl}", "oral", "Take 1 tablet", "twice daily", 2, "d", 180, 90, 3,
    ),
    "albuterol": Drug(
        "albuterol 90 mcg inhaler", "2123111", "NDA020503 200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler",
        2, "{puff}", "inhaled", "Inhale 2 puffs", "every 4 to 6 hours as needed", 6, "d", 1, 30, 3, "wheezing",
    ),
    "fluticasone-inhaler": Drug(
        "fluticasone 44 mcg inhaler", "895994", "120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler",
        2, "{puff}", "inhaled", "Inhale 2 puffs", "twice daily", 2, "d", 1, 30, 5,
    ),
    "budesonide-formoterol": Drug(
        "budesonide 160 mcg with formoterol 4.5 mcg inhaler", "1246304",
        "120 ACTUAT budesonide 0.16 MG/ACTUAT / formoterol fumarate 0.0045 MG/ACTUAT Metered Dose Inhaler",
        2, "{puff}", "inhaled", "Inhale 2 puffs", "twice daily", 2, "d", 1, 30, 5,
    ),
    "tiotropium": Drug(
        "tiotropium 18 mcg inhalation capsule", "485032", "tiotropium 0.018 MG Inhalation Powder",
        18, "ug", "inhaled", "Inhale 1 capsule", "daily", 1, "d", 90, 90, 3,
    ),
    "montelukast-5": Drug(
        "montelukast 5 mg chewable tablet", "242438", "montelukast 5 MG Chewable Tablet",
        5, "mg", "oral", "Chew 1 tablet", "at bedtime", 1, "d", 90, 90, 3,
    ),
    "cetirizine-10": Drug(
        "cetirizine 10 mg tablet", "1014678", "cetirizine hydrochloride 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "fluticasone-nasal": Drug(
        "fluticasone 50 mcg nasal spray", "1797907", "fluticasone propionate 0.05 MG/ACTUAT Metered Dose Nasal Spray",
        2, "{spray}", "nasal", "Use 2 sprays in each nostril", "daily", 1, "d", 1, 30, 5,
    ),
    "sumatriptan-50": Drug(
        "sumatriptan 50 mg tablet", "313161", "sumatriptan 50 MG Oral Tablet",
        50, "mg", "oral", "Take 1 tablet", "at onset of headache, may repeat once after 2 hours", 2, "d", 9, 30, 5, "migraine",
    ),
    "topiramate-50": Drug(
        "topiramate 50 mg tablet", "151226", "topiramate 50 MG Oral Tablet",
        50, "mg", "oral", "Take 1 tablet", "twice daily", 2, "d", 180, 90, 3,
    ),
    "methylphenidate-10": Drug(
        "methylphenidate 10 mg tablet", "1091150", "methylphenidate hydrochloride 10 MG Oral Tablet",
        10, "mg", "oral", "Take 1 tablet", "twice daily, morning and noon", 2, "d", 60, 30, 0,
    ),
    "methylphenidate-5": Drug(
        "methylphenidate 5 mg tablet", "1091497", "methylphenidate hydrochloride 5 MG Oral Tablet",
        5, "mg", "oral", "Take 1 tablet", "twice daily, morning and noon", 2, "d", 60, 30, 0,
    ),
    "omeprazole-20": Drug(
        "omeprazole 20 mg capsule", "198051", "omeprazole 20 MG Delayed Release Oral Capsule",
        20, "mg", "oral", "Take 1 capsule", "daily before breakfast", 1, "d", 90, 90, 3,
    ),
    "tamsulosin-0.4": Drug(
        "tamsulosin 0.4 mg capsule", "863669", "tamsulosin hydrochloride 0.4 MG Oral Capsule",
        0.4, "mg", "oral", "Take 1 capsule", "at bedtime", 1, "d", 90, 90, 3,
    ),
    "allopurinol-100": Drug(
        "allopurinol 100 mg tablet", "197319", "allopurinol 100 MG Oral Tablet",
        100, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "aspirin-81": Drug(
        "aspirin 81 mg tablet", "308416", "aspirin 81 MG Delayed Release Oral Tablet",
        81, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "alendronate-70": Drug(
        "alendronate 70 mg tablet", "", "",
        70, "mg", "oral", "Take 1 tablet", "once weekly, upright, with water", 1, "wk", 12, 84, 3,
    ),
    "ferrous-sulfate": Drug(
        "ferrous sulfate 325 mg tablet", "310325", "ferrous sulfate 325 MG Oral Tablet",
        325, "mg", "oral", "Take 1 tablet", "every other day", 1, "d", 45, 90, 1, every=2,
    ),
    "folic-acid-1": Drug(
        "folic acid 1 mg tablet", "310410", "folic acid 1 MG Oral Tablet",
        1, "mg", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "prenatal-vitamin": Drug(
        "prenatal vitamin with iron tablet", "", "",
        1, "{tbl}", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "vitamin-d": Drug(
        "cholecalciferol 25 mcg (1,000 units) tablet", "199362", "cholecalciferol 0.025 MG Oral Tablet",
        25, "ug", "oral", "Take 1 tablet", "daily", 1, "d", 90, 90, 3,
    ),
    "buprenorphine-naloxone": Drug(
        "buprenorphine 8 mg with naloxone 2 mg sublingual film", "1010604",
        "buprenorphine 8 MG / naloxone 2 MG Sublingual Film",
        2, "{film}", "sublingual", "Dissolve 2 films under the tongue", "daily", 1, "d", 56, 28, 0,
    ),
    "morphine-solution": Drug(
        "morphine 20 mg in 1 mL oral solution", "892625", "morphine sulfate 20 MG/ML Oral Solution",
        5, "mg", "oral", "Take 0.25 mL (5 mg)", "every 4 hours as needed", 6, "d", 30, 20, 0, "pain or breathlessness",
    ),
    "lorazepam-0.5": Drug(
        "lorazepam 0.5 mg tablet", "197900", "lorazepam 0.5 MG Oral Tablet",
        0.5, "mg", "oral", "Take 1 tablet", "every 6 hours as needed", 4, "d", 20, 5, 0, "anxiety",
    ),
    "senna": Drug(
        "sennosides 8.6 mg tablet", "312935", "sennosides, USP 8.6 MG Oral Tablet",
        17.2, "mg", "oral", "Take 2 tablets", "at bedtime", 1, "d", 60, 30, 3,
    ),
    "ondansetron-4": Drug(
        "ondansetron 4 mg disintegrating tablet", "104894", "ondansetron 4 MG Disintegrating Oral Tablet",
        4, "mg", "oral", "Dissolve 1 tablet on the tongue", "every 8 hours as needed", 3, "d", 20, 7, 1, "nausea",
    ),
    # Short courses
    "amoxicillin-500": Drug(
        "amoxicillin 500 mg capsule", "308191", "amoxicillin 500 MG Oral Capsule",
        500, "mg", "oral", "Take 1 capsule", "twice daily for 10 days", 2, "d", 20, 10, 0,
    ),
    "amoxicillin-suspension": Drug(
        "amoxicillin 80 mg in 1 mL suspension", "308189", "amoxicillin 80 MG/ML Oral Suspension",
        400, "mg", "oral", "Give 5 mL (400 mg)", "twice daily for 10 days", 2, "d", 100, 10, 0,
    ),
    "azithromycin-250": Drug(
        "azithromycin 250 mg tablet", "308460", "azithromycin 250 MG Oral Tablet",
        250, "mg", "oral", "Take 2 tablets on day 1, then 1 tablet", "daily for 4 more days", 1, "d", 6, 5, 0,
    ),
    "cephalexin-500": Drug(
        "cephalexin 500 mg capsule", "309114", "cephalexin 500 MG Oral Capsule",
        500, "mg", "oral", "Take 1 capsule", "twice daily for 7 days", 2, "d", 14, 7, 0,
    ),
    "nitrofurantoin-100": Drug(
        "nitrofurantoin 100 mg capsule", "1648755",
        "nitrofurantoin, macrocrystals 25 MG / nitrofurantoin, monohydrate 75 MG Oral Capsule",
        100, "mg", "oral", "Take 1 capsule", "twice daily for 5 days", 2, "d", 10, 5, 0,
    ),
    "benzonatate-100": Drug(
        "benzonatate 100 mg capsule", "197397", "benzonatate 100 MG Oral Capsule",
        100, "mg", "oral", "Take 1 capsule", "three times daily as needed", 3, "d", 20, 7, 0, "cough",
    ),
    "prednisone-20": Drug(
        "prednisone 20 mg tablet", "312615", "prednisone 20 MG Oral Tablet",
        40, "mg", "oral", "Take 2 tablets", "daily for 5 days", 1, "d", 10, 5, 0,
    ),
    "triamcinolone-cream": Drug(
        "triamcinolone 0.1% cream", "1014314", "triamcinolone acetonide 1 MG/ML Topical Cream",
        1, "{application}", "topical", "Apply a thin layer", "twice daily to affected skin", 2, "d", 30, 30, 1,
    ),
}  # fmt: skip
