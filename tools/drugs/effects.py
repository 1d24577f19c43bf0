"""What an interaction does, told from the French text by its words and kept as one of our own sentences.

Only the kind of effect is taken over. Rows whose text has none of these words get the plain sentence of their level.
"""

from __future__ import annotations

import re

from drugs.names import ascii_name

EFFECTS: tuple[tuple[str, str], ...] = (
    ("torsades", r"torsade|allongement de l'intervalle qt"),
    ("ergotism", r"ergotisme|necrose des extremites"),
    ("rhabdomyolysis", r"rhabdomyolyse|effets indesirables musculaires"),
    ("serotonin", r"syndrome serotoninergique"),
    ("vaccine", r"maladie vaccinale"),
    ("hyperkalemia", r"hyperkaliemi"),
    ("hypokalemia", r"hypokaliemi"),
    ("hyponatremia", r"hyponatremi"),
    ("lithium_up", r"augmentation de la lithemie"),
    ("lithium_down", r"diminution de la lithemie|efficacite du lithium"),
    ("bleeding", r"hemorrag|saignement"),
    ("breathing", r"depression respiratoire|depresseur respiratoire"),
    ("sedation", r"sedati|vigilance|depression centrale"),
    ("slow_heart", r"bradycardi|automatisme|conduction|auriculo"),
    ("failing_heart", r"inotrope|defaillance cardiaque|contractilite"),
    ("arrhythmia", r"troubles du rythme|arythmie"),
    ("orthostatic", r"orthostatique|syncope"),
    ("hypotension", r"hypotens|majoration de l'effet antihypertenseur|majoration de l'effet hypotenseur"),
    ("hypertension", r"poussee|hypertension|vasoconstriction|hypertensi"),
    (
        "pressure_up",
        r"reduction de l'effet antihypertenseur|diminution de l'effet antihypertenseur|inhibition de l'effet antihypertenseur",
    ),
    ("seizures", r"convulsi|epilept|crises"),
    ("hypoglycemia", r"hypoglyc"),
    ("hyperglycemia", r"hyperglyc|elevation de la glycemie|diabetogene"),
    ("kidney", r"insuffisance renale|nephrotox|creatinin"),
    ("hearing", r"ototox"),
    ("blood", r"toxicite hematologique|medullaire|neutropeni|agranulocyt|pancytop|myelo"),
    ("angioedema", r"angio-oedeme|angio-?dem"),
    ("infection", r"infection|immunodepress|immunosuppress"),
    ("neuropathy", r"neuropath"),
    ("contraception", r"contracepti"),
    ("disulfiram", r"antabuse|effet antabuse"),
    ("muscle_block", r"curar|neuromuscul"),
    ("anticholinergic", r"atropinique|retention urinaire|constipation"),
    ("methemoglobin", r"methemoglob"),
    ("intracranial", r"intracranienne"),
    ("ulcer", r"ulcerogene"),
    ("liver", r"hepatotox|hepatique cytolytique|hepatites?"),
    ("opposed", r"antagonis|inhibition reciproque|effets? oppose"),
    ("opioid_less", r"efficacite de l'opiace|effet antalgique"),
    (
        "absorption",
        r"(diminution|reduction) de l'absorption|absorption (digestive|intestinale) diminuee|moindre absorption|baisse de l'absorption",
    ),
    (
        "lower",
        r"(diminution|baisse|reduction|perte|chute)[^.]{0,60}(concentration|efficacite|effet|taux|theophyllinemie|biodisponibilite|exposition)|inefficacite|echec",
    ),
    ("higher", r"surdosage|inhibition d[eu][^.]{0,20}metabolisme"),
    (
        "higher",
        r"(augmentation|elevation|majoration|accroissement)[^.]{0,70}(concentration|taux|exposition|toxicite|effets? indesirable|absorption)",
    ),
)
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in EFFECTS)


def effect_of(french: str) -> str:
    """The first kind of effect that the text names; empty when it names none of ours."""
    text = ascii_name(french)
    return next((name for name, pattern in _PATTERNS if pattern.search(text)), "")
