"""Diabetes, blood pressure, kidneys, lipids and weight."""

from __future__ import annotations

from osler.demo.threads import Step, Thread

METABOLIC: dict[str, Thread] = {
    "diabetes": Thread(
        problem="diabetes",
        curves={
            "a1c": ((-3, 5.9), (-1, 6.5), (0, 8.6), (0.6, 7.3), (2, 7.2), (3, 8.2), (3.7, 7.1), (6, 7.4), (10, 7.8)),
            "uacr": ((-2, 8), (1, 16), (5, 34), (10, 62)),
            "weight": ((-3, 90), (0, 93), (1, 90), (3.5, 91), (5, 87), (10, 88)),
            "triglyceride": ((-2, 165), (1, 150), (10, 155)),
            "alt": ((-2, 30), (0, 43), (2, 36), (10, 38)),
        },
        steps=(
            Step(
                0, ("metformin-500",), say="New type 2 diabetes, A1c {a1c} %. Start metformin; diabetes education.",
                refer="diabetes education",
            ),
            Step(
                0.35, ("metformin-1000",), ("metformin-500",),
                say="A1c {a1c} %, tolerating metformin. Increase to 1,000 mg twice daily.", why="Dose increased",
            ),
            Step(3, ("empagliflozin-10",), say="A1c {a1c} % above goal on metformin alone. Add empagliflozin 10 mg."),
            Step(
                7.5, ("empagliflozin-25",), ("empagliflozin-10",),
                say="A1c {a1c} % rising slowly. Increase empagliflozin to 25 mg.", why="Dose increased",
            ),
        ),
        labs=(("a1c", 85), ("uacr", 330), ("cmp", 170), ("lipids", 330)),
        visits_a_year=3.3,
        says=(
            "Checks sugars most mornings, 120 to 160.", "Walking three times a week. No hypoglycemia.",
            "Diet has slipped over the holidays. No low sugars.", "Feels well. Feet without numbness or sores.",
            "Taking tablets every day. Some evening snacking.",
        ),
        exam={"feet": "Feet: pulses full, monofilament 10 of 10 on both sides."},
        assess="Type 2 diabetes, A1c {a1c} %, goal below 7. Continue; recheck in 3 months.",
        goal=("a1c", "weight"),
        procedures=(
            ("eye-screening", 0.4, "No diabetic retinopathy"), ("eye-screening", 1.5, "No diabetic retinopathy"),
            ("eye-screening", 2.6, "No diabetic retinopathy"), ("eye-screening", 4.1, "No diabetic retinopathy"),
            ("eye-screening", 5.3, "Mild nonproliferative changes"), ("eye-screening", 6.6, "Mild nonproliferative changes"),
            ("eye-screening", 8.0, "Unchanged"),
        ),
    ),
    "prediabetes": Thread(
        problem="prediabetes",
        curves={"a1c": ((-2, 5.6), (0, 6.0), (3, 6.1), (8, 6.2)), "weight": ((-2, 88), (8, 90))},
        labs=(("a1c", 330), ("lipids", 330)),
        visits_a_year=1.3,
        says=("Trying to cut back on sweet drinks.", "Has joined a walking group.", "Weight is unchanged."),
        assess="Prediabetes, A1c {a1c} %. Diet and activity reviewed; recheck in a year.",
    ),
    "hypertension": Thread(
        problem="hypertension",
        curves={
            "systolic": ((-2, 136), (0, 156), (0.5, 146), (1.2, 138), (3, 140), (3.6, 131), (6, 134), (10, 132)),
            "diastolic": ((-2, 84), (0, 95), (0.5, 89), (1.2, 85), (3, 86), (3.6, 80), (10, 79)),
        },
        steps=(
            Step(0, ("lisinopril-10",), say="Hypertension confirmed, {bp}. Start lisinopril 10 mg; low-salt diet."),
            Step(
                0.5, ("lisinopril-20",), ("lisinopril-10",),
                say="{bp} above goal. Increase lisinopril to 20 mg.", why="Dose increased",
            ),
            Step(3.1, ("amlodipine-5",), say="{bp} still above goal. Add amlodipine 5 mg."),
        ),
        labs=(("bmp", 170),),
        visits_a_year=2.4,
        says=(
            "Home readings 125 to 140 systolic.", "No headache, chest pain or leg swelling.",
            "Salt intake is down. Takes tablets daily.", "Home cuff not used lately.",
        ),
        exam={"heart": "Heart regular, no murmur.", "lungs": "Lungs clear.", "legs": "No edema."},
        assess="Hypertension, {bp}. Continue the current treatment.",
        goal=("bp",),
    ),
    "ckd-3a": Thread(
        problem="ckd-3a",
        curves={
            "egfr": ((-4, 72), (0, 58), (3, 54), (8, 49)),
            "uacr": ((-3, 20), (0, 55), (4, 90), (8, 120)),
            "potassium": ((-3, 4.4), (8, 4.8)),
            "hemoglobin": ((-2, 13.2), (8, 12.2)),
        },
        steps=(
            Step(0, ("lisinopril-10",), say="CKD stage 3a, eGFR {egfr}. Protect with an ACE inhibitor; avoid NSAIDs."),
            Step(2.5, ("dapagliflozin-10",), say="eGFR {egfr} and albuminuria. Add dapagliflozin 10 mg."),
        ),
        labs=(("bmp", 160), ("uacr", 330), ("cbc", 330)),
        visits_a_year=2.4,
        says=("Drinks enough. No NSAIDs.", "No swelling, no change in urine."),
        exam={"legs": "No edema."},
        assess="CKD stage 3a, eGFR {egfr}, potassium {potassium}. Continue; avoid NSAIDs.",
        onset=(1.5, 7),
    ),
    "ckd-3b": Thread(
        problem="ckd-3b",
        curves={
            "egfr": ((-5, 62), (0, 43), (3, 38), (7, 33)),
            "uacr": ((-3, 90), (0, 210), (7, 380)),
            "potassium": ((-3, 4.6), (7, 5.0)),
            "hemoglobin": ((-2, 12.4), (7, 11.0)),
            "bicarbonate": ((-2, 24), (7, 21.5)),
        },
        steps=(
            Step(0, ("losartan-50",), say="CKD stage 3b, eGFR {egfr}. Start losartan; refer to nephrology.", refer="nephrology"),
            Step(1, ("dapagliflozin-10",), say="Nephrology advises dapagliflozin 10 mg. Started."),
        ),
        labs=(("cmp", 100), ("uacr", 170), ("cbc", 170)),
        visits_a_year=3.4,
        says=("Saw nephrology; no changes.", "Mild fatigue. Appetite good.", "Ankles swell a little in the evening."),
        exam={"legs": "Trace ankle edema."},
        assess="CKD stage 3b, eGFR {egfr}, potassium {potassium}. Avoid NSAIDs; nephrology twice a year.",
        onset=(1.5, 6),
    ),
    "hyperlipidemia": Thread(
        problem="hyperlipidemia",
        curves={"ldl": ((-3, 152), (0, 166), (0.4, 96), (3, 88), (10, 82)), "hdl": ((-3, 47), (10, 50))},
        steps=(
            Step(0, ("atorvastatin-20",), say="LDL {ldl} mg/dL with raised 10-year risk. Start atorvastatin 20 mg."),
            Step(
                2.6, ("atorvastatin-40",), ("atorvastatin-20",),
                say="LDL {ldl}. Increase atorvastatin to 40 mg.", why="Dose increased",
            ),
        ),
        labs=(("lipids", 330), ("cmp", 360)),
        visits_a_year=1.5,
        says=("No muscle aches with the statin.", "Eats fish twice a week.", "Takes the statin at night without trouble."),
        assess="Hyperlipidemia, LDL {ldl} mg/dL. Continue the statin.",
        goal=("ldl",),
    ),
    "obesity": Thread(
        problem="obesity",
        curves={"weight": ((-4, 99), (0, 104), (3, 102), (8, 105)), "alt": ((-4, 28), (0, 39), (8, 44))},
        labs=(("a1c", 700),),
        visits_a_year=1.2,
        says=("Interested in losing weight.", "Has cut out soda."),
        assess="Obesity, {weight} kg. Diet, activity and treatment options discussed.",
    ),
}  # fmt: skip
