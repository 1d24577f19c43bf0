"""Thyroid, migraine, joints and back, stomach, prostate, gout, bone, nose, skin."""

from __future__ import annotations

from osler.demo.threads import Step, Thread

OTHER: dict[str, Thread] = {
    "hypothyroidism": Thread(
        problem="hypothyroidism",
        curves={"tsh": ((-2, 3.6), (0, 11.8), (0.25, 6.2), (0.6, 2.6), (4, 3.9), (4.4, 2.2), (10, 2.4)), "free-t4": ((-1, 1.0), (0, 0.7), (0.6, 1.2))},
        steps=(
            Step(0, ("levothyroxine-50",), say="TSH {tsh}. Hypothyroidism; start levothyroxine 50 mcg."),
            Step(
                0.25, ("levothyroxine-75",), ("levothyroxine-50",), say="TSH {tsh}. Levothyroxine up to 75 mcg.",
                why="Dose increased",
            ),
            Step(
                4.1, ("levothyroxine-100",), ("levothyroxine-75",), say="TSH {tsh}, tired. Levothyroxine up to 100 mcg.",
                why="Dose increased",
            ),
        ),
        labs=(("thyroid", 150),),
        visits_a_year=2,
        says=("Energy is good.", "Tired and cold in the mornings.", "Takes the tablet before breakfast."),
        exam={"neck": "Thyroid not enlarged."},
        assess="Hypothyroidism, TSH {tsh}. Continue levothyroxine.",
    ),
    "migraine": Thread(
        problem="migraine",
        curves={},
        steps=(
            Step(0, ("sumatriptan-50",), say="Migraine without aura, 4 a month. Start sumatriptan; headache diary."),
            Step(1.5, ("topiramate-50",), say="6 a month by the diary. Add topiramate to prevent."),
        ),
        visits_a_year=2,
        says=("Three headaches this month, sumatriptan works.", "Triggered by poor sleep.", "Missed one day of work."),
        exam={"nerves": "Neurological examination normal."},
        assess="Migraine, fewer days since the last visit. Continue.",
    ),
    "knee-oa": Thread(
        problem="knee-oa",
        curves={"pain": ((-1, 2), (0, 4), (10, 5))},
        steps=(
            Step(0, ("acetaminophen-500",), say="Osteoarthritis of the right knee. Acetaminophen; exercises; weight."),
            Step(3, ("meloxicam-7.5",), say="More pain on stairs. Try meloxicam 7.5 mg with food."),
        ),
        visits_a_year=1.6,
        says=("Knee stiff for ten minutes in the morning.", "Stairs hurt.", "Exercises help."),
        exam={"knee": "Right knee: crepitus, no effusion, full extension."},
        assess="Osteoarthritis of the right knee. Exercises; continue.",
        procedures=(("knee-xray", 0.0, "Medial joint space narrowing"),),
    ),
    "back-pain": Thread(
        problem="back-pain",
        curves={"pain": ((-1, 1), (0, 6), (0.5, 4), (8, 4))},
        steps=(
            Step(0, ("naproxen-500", "cyclobenzaprine-5"), say="Low back pain without red flags. Naproxen, short cyclobenzaprine, stay active."),
            Step(0.4, stop=("cyclobenzaprine-5",), say="Muscle relaxant no longer needed.", why="No longer needed"),
            Step(2, ("gabapentin-300",), say="Pain at night. Trial of gabapentin 300 mg at bedtime; physical therapy.", refer="physical therapy"),
        ),
        visits_a_year=2,
        says=("Worse after lifting at work.", "No leg weakness or numbness.", "Physical therapy helps."),
        exam={"back": "Lumbar muscles tender. Straight leg raise negative."},
        assess="Chronic low back pain. Exercise program; continue.",
        onset=(1, 8),
    ),
    "reflux": Thread(
        problem="reflux",
        curves={},
        steps=(Step(0, ("omeprazole-20",), say="Reflux twice a week. Start omeprazole; smaller evening meals."),),
        visits_a_year=1,
        says=("Heartburn only after late meals.", "No trouble swallowing."),
        assess="Reflux, controlled. Continue omeprazole.",
    ),
    "prostate": Thread(
        problem="prostate",
        curves={"psa": ((-2, 1.8), (8, 2.9))},
        steps=(Step(0, ("tamsulosin-0.4",), say="Weak stream, up three times a night. Start tamsulosin."),),
        labs=(("psa", 700),),
        visits_a_year=1.2,
        says=("Up once at night.", "Stream is better."),
        assess="Prostatic hyperplasia, better on tamsulosin. Continue.",
    ),
    "gout": Thread(
        problem="gout",
        curves={"urate": ((-1, 8.6), (0, 9.1), (0.6, 6.0), (10, 5.7))},
        steps=(Step(0, ("allopurinol-100",), say="Second attack of gout, uric acid {urate}. Start allopurinol."),),
        labs=(("urate", 330),),
        visits_a_year=1.2,
        says=("No attack this year.", "One attack in the big toe after a wedding."),
        assess="Gout, uric acid {urate}, goal below 6. Continue allopurinol.",
    ),
    "osteoporosis": Thread(
        problem="osteoporosis",
        curves={},
        steps=(Step(0, ("alendronate-70", "vitamin-d"), say="T-score -2.7. Start alendronate weekly and vitamin D."),),
        visits_a_year=1,
        says=("No falls.", "Walks daily. No reflux with the tablet."),
        assess="Osteoporosis. Continue alendronate; repeat scan in 2 years.",
        onset=(1, 5),
        procedures=(("bone-density", 0.0, "T-score of the hip -2.7"),),
    ),
    "allergic-rhinitis": Thread(
        problem="allergic-rhinitis",
        curves={},
        steps=(Step(0, ("cetirizine-10", "fluticasone-nasal"), say="Seasonal rhinitis. Cetirizine and nasal fluticasone in season."),),
        visits_a_year=1,
        says=("Sneezing since April.", "Nose clear with the spray."),
        assess="Seasonal allergic rhinitis. Continue in season.",
    ),
    "iron-deficiency": Thread(
        problem="iron-deficiency",
        curves={
            "hemoglobin": ((-2, 12.8), (0, 10.4), (0.4, 12.1), (8, 12.6)), "ferritin": ((-1, 20), (0, 6), (0.6, 32), (8, 38)),
            "mcv": ((-1, 88), (0, 76), (0.6, 85)),
        },
        steps=(Step(0, ("ferrous-sulfate",), say="Hemoglobin {hemoglobin}, ferritin {ferritin}. Iron every other day; look for the cause."),),
        labs=(("cbc", 150), ("ferritin", 170)),
        visits_a_year=2,
        says=("Less tired.", "Periods are heavy.", "Iron upsets the stomach a little."),
        assess="Iron deficiency, hemoglobin {hemoglobin}. Continue iron.",
        onset=(1, 6),
    ),
}  # fmt: skip
