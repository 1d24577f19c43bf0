"""Depression and anxiety."""

from __future__ import annotations

from osler.demo.threads import Step, Thread

MIND: dict[str, Thread] = {
    "depression": Thread(
        problem="depression",
        curves={"phq9": ((-1, 4), (-0.2, 9), (0, 17), (0.15, 13), (0.4, 8), (0.9, 5), (2.5, 4), (3, 12), (3.5, 6), (10, 4))},
        steps=(
            Step(0, ("sertraline-50",), say="PHQ-9 {phq9}. Major depression, no thoughts of self-harm. Start sertraline; therapy.", refer="psychotherapy"),
            Step(
                3, ("sertraline-100",), ("sertraline-50",), say="PHQ-9 {phq9}, symptoms back. Sertraline up to 100 mg.",
                why="Dose increased",
            ),
        ),
        visits_a_year=3,
        says=(
            "Sleep is better. Enjoys the garden again.", "Low for two weeks after a loss.", "Mood steady. Works full time.",
            "Sees the therapist every other week.",
        ),
        exam={"mind": "Affect full, thoughts clear."},
        assess="Depression, PHQ-9 {phq9}. Continue sertraline and therapy.",
        onset=(1, 9),
        phq9=True,
    ),
    "anxiety": Thread(
        problem="anxiety",
        curves={"heart-rate": ((-1, 78), (0, 88), (1, 76))},
        steps=(Step(0, ("escitalopram-10",), say="Generalized anxiety. Start escitalopram 10 mg; sleep and caffeine advice."),),
        visits_a_year=2,
        says=("Worry is less, sleep still light.", "Two panicky days at work.", "Uses the breathing exercises."),
        assess="Generalized anxiety, steady on escitalopram. Continue.",
        onset=(1, 8),
        phq9=True,
    ),
}  # fmt: skip

TREATMENT = Thread(
    problem="opioid-use",
    curves={"heart-rate": ((-2, 80), (4, 72)), "alt": ((-2, 44), (4, 31))},
    steps=(
        Step(0, ("buprenorphine-naloxone",), say="Opioid use disorder. Buprenorphine with naloxone started at home; naloxone kit given."),
    ),
    labs=(("cmp", 330),),
    visits_a_year=9,
    says=(
        "No use since the last visit. Goes to the Tuesday group.", "One slip two weeks ago, told us at once.",
        "Working again, sleeping well.", "Cravings are weaker.",
    ),
    exam={"mind": "Calm, pupils normal."},
    assess="Opioid use disorder in treatment. Continue buprenorphine with naloxone; next visit in 4 weeks.",
    onset=(2.5, 3.5),
)  # fmt: skip
"""Treatment of opioid use disorder; not among `MIND`, since its records carry labels."""
