"""Asthma and COPD."""

from __future__ import annotations

from osler.demo.threads import Step, Thread

LUNGS: dict[str, Thread] = {
    "asthma": Thread(
        problem="asthma-mild",
        curves={"oxygen": ((-2, 98), (10, 97.5))},
        steps=(
            Step(0, ("albuterol",), say="Asthma. Start albuterol as needed; inhaler technique shown."),
            Step(0.8, ("fluticasone-inhaler",), say="Albuterol three times a week. Add inhaled fluticasone."),
        ),
        visits_a_year=1.7,
        says=("Albuterol twice this month.", "Wheezes with running in the cold.", "No night waking.", "A cold set it off last month."),
        exam={"lungs": "Lungs clear, no wheeze."},
        assess="Mild persistent asthma, SpO2 {spo2} %. Continue; action plan reviewed.",
        procedures=(("spirometry", 0.1, "FEV1 82 % of predicted, reversible"), ("spirometry", 3.0, "FEV1 88 % of predicted")),
    ),
    "copd": Thread(
        problem="copd",
        curves={
            "oxygen": ((-3, 96), (0, 94), (8, 91.5)), "respiration": ((-2, 16), (8, 19)), "weight": ((-2, 74), (8, 68)),
        },
        steps=(
            Step(0, ("albuterol", "tiotropium"), say="COPD on spirometry. Start tiotropium; albuterol as needed; stop smoking."),
            Step(2.5, ("budesonide-formoterol",), say="Second flare this year. Add budesonide with formoterol.", refer="pulmonology"),
        ),
        labs=(("cbc", 360), ("bmp", 360)),
        visits_a_year=3,
        says=(
            "Short of breath on one flight of stairs.", "More phlegm than usual, clear.", "Still smoking five a day.",
            "No flare since the last visit.",
        ),
        exam={"lungs": "Breath sounds quiet, long expiration, no crackles."},
        assess="COPD, SpO2 {spo2} %. Continue inhalers; technique reviewed; stop smoking.",
        onset=(2.5, 9),
        procedures=(
            ("spirometry", 0.0, "FEV1 58 % of predicted, not reversible"), ("spirometry", 3.0, "FEV1 51 % of predicted"),
            ("chest-xray", 0.0, "Hyperinflation, no mass"),
        ),
    ),
}  # fmt: skip
