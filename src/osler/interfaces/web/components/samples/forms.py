"""Forms of the gallery: empty, filled, wrong."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components.forms import FieldGroup, FormField, FormView, Lock, Option, SignIn

CHART = "/patients/delgado"
TEMPERATURE = (Option("Cel", "°C"), Option("[degF]", "°F"))
WEIGHT = (Option("kg", "kg"), Option("[lb_av]", "lb"))
HEIGHT = (Option("cm", "cm"), Option("[in_i]", "in"))

VITALS = FormView(
    "add-vitals",
    "Add vital signs",
    f"{CHART}/vitals",
    (
        FieldGroup(
            (
                FormField(
                    "systolic",
                    "Blood pressure, systolic and diastolic",
                    "number",
                    unit="mmHg",
                    focus=True,
                    width="full",
                    pair=FormField("diastolic", "Diastolic", "number"),
                ),
                FormField("heart_rate", "Heart rate", "number", unit="/min", width="half"),
                FormField("respiration", "Respiratory rate", "number", unit="/min", width="half"),
                FormField("spo2", "Oxygen saturation", "number", unit="%", width="half"),
                FormField("temperature", "Temperature", "number", units=TEMPERATURE, unit="Cel", width="half"),
                FormField("weight", "Weight", "number", units=WEIGHT, unit="kg", width="half"),
                FormField("height", "Height", "number", units=HEIGHT, unit="cm", width="half"),
                FormField("taken_on", "Taken on", "date", "21-Nov-2026", required=True, width="half"),
                FormField("taken_at", "At", "time", "09:12", required=True, width="half"),
            )
        ),
    ),
    "Save vital signs",
    CHART,
)

PROBLEM = FormView(
    "add-problem",
    "Add problem",
    f"{CHART}/problems",
    (
        FieldGroup(
            (
                FormField(
                    "problem",
                    "Problem",
                    "typeahead",
                    lookup="/lookup/problems",
                    required=True,
                    focus=True,
                    hint="Type two letters or more",
                ),
                FormField(
                    "status",
                    "Status",
                    "radio",
                    "active",
                    required=True,
                    options=(
                        Option("active", "Active"),
                        Option("inactive", "Inactive"),
                        Option("resolved", "Resolved"),
                    ),
                ),
                FormField("onset", "Since", "date", hint="Or only a month or a year", width="half"),
            )
        ),
    ),
    "Add problem",
    CHART,
)

ALLERGY = FormView(
    "add-allergy",
    "Add allergy",
    f"{CHART}/allergies",
    (
        FieldGroup(
            (
                FormField(
                    "substance", "Substance", "typeahead", lookup="/lookup/substances", required=True, focus=True
                ),
                FormField("reaction", "Reaction", "typeahead", lookup="/lookup/reactions", hint="What happened"),
                FormField(
                    "criticality",
                    "Risk of a serious reaction",
                    "radio",
                    options=(
                        Option("high", "High"),
                        Option("low", "Low"),
                        Option("unable-to-assess", "Cannot be assessed"),
                    ),
                ),
                FormField(
                    "kind",
                    "Kind",
                    "select",
                    "medication",
                    width="half",
                    required=True,
                    options=(
                        Option("medication", "Medication"),
                        Option("food", "Food"),
                        Option("environment", "Environment"),
                    ),
                ),
            )
        ),
    ),
    "Add allergy",
    CHART,
    intro="Adding an allergy ends “No known allergies”.",
)

WRONG = replace(
    VITALS,
    id="wrong-vitals",
    groups=(
        FieldGroup(
            (
                FormField(
                    "systolic",
                    "Blood pressure, systolic and diastolic",
                    "number",
                    "1480",
                    "mmHg",
                    error="Between 30 and 300 mmHg",
                    pair=FormField("diastolic", "Diastolic", "number", "86"),
                ),
                FormField(
                    "temperature",
                    "Temperature",
                    "number",
                    "98.6",
                    units=TEMPERATURE,
                    unit="Cel",
                    width="half",
                    error="Between 25 and 45 °C; is it °F?",
                ),
                FormField("heart_rate", "Heart rate", "number", "78", unit="/min", width="half"),
            )
        ),
    ),
)

IN_ERROR = FormView(
    "in-error",
    "Mark as entered in error",
    f"{CHART}/problems/p5/in-error",
    (
        FieldGroup(
            (
                FormField(
                    "reason",
                    "Reason",
                    "select",
                    required=True,
                    focus=True,
                    options=(
                        Option("", "Choose a reason"),
                        Option("wrong-patient", "Wrong patient"),
                        Option("duplicate", "Duplicate"),
                        Option("wrong-entry", "Wrong entry"),
                    ),
                ),
                FormField("comment", "Comment", "textarea"),
            )
        ),
    ),
    "Mark as entered in error",
    CHART,
    intro="It stays in the record, struck through, with your reason.",
    danger=True,
)

CODED = replace(
    PROBLEM,
    id="coded-problem",
    groups=(
        FieldGroup(
            (
                FormField(
                    "problem",
                    "Problem",
                    "typeahead",
                    "Essential hypertension",
                    lookup="/lookup/problems",
                    required=True,
                    code="http://snomed.info/sct|59621000",
                ),
            )
        ),
    ),
)

FORMS = {
    "add vital signs": VITALS,
    "with faults": WRONG,
    "add problem": PROBLEM,
    "problem, coded": CODED,
    "add allergy": ALLERGY,
    "entered in error": IN_ERROR,
}

SIGN_IN = {
    "sign in, refused": SignIn(
        "/sign-in",
        username="okafor",
        error="That user name and password do not go together.",
        site="Lakeside Family Medicine",
    ),
    "one-time code": SignIn("/sign-in", step="code", site="Lakeside Family Medicine", challenge="c1"),
}

LOCK = {"locked": Lock("/lock", "Adaeze Okafor", next="/patients/delgado")}
