"""Atrial fibrillation and heart failure."""

from __future__ import annotations

from osler.demo.threads import Step, Thread

HEART: dict[str, Thread] = {
    "afib-warfarin": Thread(
        problem="afib",
        curves={
            "inr": ((-1, 1.0), (0, 1.1), (0.05, 2.3), (10, 2.5)),
            "heart-rate": ((-2, 74), (0, 104), (0.2, 76), (10, 74)),
        },
        steps=(
            Step(
                0, ("warfarin-5", "metoprolol-25"),
                say="New atrial fibrillation, rate {hr}. Start warfarin (goal INR 2 to 3) and metoprolol.",
            ),
            Step(
                0.4, ("metoprolol-50",), ("metoprolol-25",), say="Rate still above 80. Increase metoprolol to 50 mg.",
                why="Dose increased",
            ),
            Step(4, ("warfarin-4",), ("warfarin-5",), say="INR {inr} on the high side. Reduce warfarin to 4 mg.", why="Dose reduced"),
        ),
        labs=(("inr", 20), ("cbc", 330), ("bmp", 330)),
        visits_a_year=8,
        says=("No bleeding or bruising. Diet steady.", "One missed dose this month.", "No palpitations.", "A nosebleed, stopped by itself."),
        exam={"heart": "Heart irregularly irregular.", "legs": "No edema."},
        assess="Atrial fibrillation, INR {inr}, goal 2 to 3. Continue warfarin; recheck in 4 weeks.",
        goal=("inr",),
        onset=(2, 8),
        procedures=(("ecg", 0.0, "Atrial fibrillation, rate 104"), ("echocardiogram", 0.1, "Ejection fraction 58 %, left atrium mildly enlarged")),
    ),
    "afib": Thread(
        problem="afib",
        curves={"heart-rate": ((-2, 72), (0, 110), (0.2, 74), (10, 72))},
        steps=(
            Step(0, ("apixaban-5", "metoprolol-50"), say="New atrial fibrillation, rate {hr}. Start apixaban and metoprolol."),
        ),
        labs=(("bmp", 330), ("cbc", 330)),
        visits_a_year=2.5,
        says=("Short flutters twice a month.", "No bleeding.", "No palpitations since the last visit."),
        exam={"heart": "Heart regular today."},
        assess="Paroxysmal atrial fibrillation, rate {hr}. Continue apixaban and metoprolol.",
        procedures=(("ecg", 0.0, "Atrial fibrillation, rate 110"), ("echocardiogram", 0.1, "Ejection fraction 60 %")),
    ),
    "heart-failure": Thread(
        problem="heart-failure",
        curves={
            "nt-probnp": ((-1, 180), (0, 2400), (0.5, 1100), (2, 900), (4, 1500), (8, 1300)),
            "ejection": ((0, 30), (1, 38), (4, 36), (8, 35)),
            "weight": ((-1, 86), (0, 92), (0.2, 85), (4, 86), (8, 85)),
            "systolic": ((-1, 132), (0, 118), (8, 110)),
            "diastolic": ((-1, 80), (8, 68)),
            "oxygen": ((-1, 97), (0, 93), (0.2, 96), (8, 95)),
            "egfr": ((-2, 74), (0, 62), (4, 54), (8, 46)),
            "potassium": ((-1, 4.2), (1, 4.7), (8, 4.9)),
        },
        steps=(
            Step(
                0, ("lisinopril-10", "carvedilol-6.25", "furosemide-20"),
                say="Heart failure after hospital stay, NT-proBNP {nt-probnp}. Start lisinopril, carvedilol, furosemide.",
                refer="cardiology",
            ),
            Step(
                0.3, ("carvedilol-12.5", "spironolactone-25"), ("carvedilol-6.25",),
                say="Weight down to {weight} kg. Carvedilol up; add spironolactone, potassium {potassium}.", why="Dose increased",
            ),
            Step(
                1.5, ("sacubitril-valsartan",), ("lisinopril-10",), say="Change lisinopril to sacubitril with valsartan.",
                why="Replaced by sacubitril with valsartan",
            ),
            Step(2.5, ("empagliflozin-10",), say="Add empagliflozin for heart failure."),
            Step(
                4, ("furosemide-40",), ("furosemide-20",), say="Weight {weight} kg, edema. Furosemide up to 40 mg.",
                why="Dose increased",
            ),
        ),
        labs=(("bmp", 80), ("nt-probnp", 170), ("cbc", 330)),
        visits_a_year=4.5,
        says=(
            "Sleeps on two pillows. Weighs every morning.", "Walks to the corner without stopping.",
            "Ankles swollen after a salty weekend.", "Breathing is easier than last time.",
        ),
        exam={"lungs": "Fine crackles at both bases.", "legs": "Ankle edema 1+."},
        assess="Heart failure, weight {weight} kg, potassium {potassium}. Daily weights; low salt; continue.",
        onset=(2, 8),
        procedures=(
            ("echocardiogram", 0.0, "Ejection fraction 30 %, dilated left ventricle"),
            ("echocardiogram", 1.0, "Ejection fraction 38 %"), ("ecg", 0.0, "Sinus rhythm, left bundle branch block"),
        ),
    ),
}  # fmt: skip
