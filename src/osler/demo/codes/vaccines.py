"""Vaccines of the demo clinic: CVX codes (CDC, public domain) with their short names, makers and usual sites."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Vaccine(NamedTuple):
    cvx: str
    name: str
    text: str
    maker: str
    dose: str
    """Volume in mL, as a decimal string."""
    route: str = "IM"


VACCINES: dict[str, Vaccine] = {
    "hepb": Vaccine("08", "Hep B, adolescent or pediatric", "Hepatitis B", "Merck", "0.5"),
    "rotavirus": Vaccine("116", "rotavirus, pentavalent", "Rotavirus", "Merck", "2", "PO"),
    "dtap": Vaccine("20", "DTaP", "DTaP", "GlaxoSmithKline", "0.5"),
    "hib": Vaccine("48", "Hib (PRP-T)", "Hib", "Sanofi Pasteur", "0.5"),
    "pcv13": Vaccine("133", "Pneumococcal conjugate PCV 13", "Pneumococcal (PCV13)", "Pfizer", "0.5"),
    "pcv20": Vaccine(
        "216",
        "Pneumococcal conjugate PCV20, polysaccharide CRM197 conjugate, adjuvant, PF",
        "Pneumococcal (PCV20)",
        "Pfizer",
        "0.5",
    ),
    "ppsv23": Vaccine("33", "pneumococcal polysaccharide PPV23", "Pneumococcal (PPSV23)", "Merck", "0.5"),
    "ipv": Vaccine("10", "IPV", "Polio (IPV)", "Sanofi Pasteur", "0.5"),
    "mmr": Vaccine("03", "MMR", "MMR", "Merck", "0.5", "SC"),
    "varicella": Vaccine("21", "varicella", "Varicella", "Merck", "0.5", "SC"),
    "hepa": Vaccine("83", "Hep A, ped/adol, 2 dose", "Hepatitis A", "GlaxoSmithKline", "0.5"),
    "tdap": Vaccine("115", "Tdap", "Tdap", "Sanofi Pasteur", "0.5"),
    "td": Vaccine("113", "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed", "Td", "Sanofi Pasteur", "0.5"),
    "hpv": Vaccine("165", "HPV9", "HPV", "Merck", "0.5"),
    "menacwy": Vaccine("136", "Meningococcal MCV4O", "Meningococcal ACWY", "GlaxoSmithKline", "0.5"),
    "menb": Vaccine("163", "meningococcal B, OMV", "Meningococcal B", "GlaxoSmithKline", "0.5"),
    "zoster": Vaccine("187", "zoster recombinant", "Zoster (recombinant)", "GlaxoSmithKline", "0.5"),
    "flu-4": Vaccine("150", "Influenza, split virus, quadrivalent, PF", "Influenza", "Sanofi Pasteur", "0.5"),
    "flu-3": Vaccine("140", "Influenza, split virus, trivalent, PF", "Influenza", "Sanofi Pasteur", "0.5"),
    "flu-high-4": Vaccine(
        "197", "Influenza, high-dose, quadrivalent, PF", "Influenza, high dose", "Sanofi Pasteur", "0.7"
    ),
    "flu-high-3": Vaccine(
        "135", "Influenza, high-dose, trivalent, PF", "Influenza, high dose", "Sanofi Pasteur", "0.5"
    ),
    "covid-2021": Vaccine("208", "COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose", "COVID-19", "Pfizer", "0.3"),
    "covid-2022": Vaccine(
        "300", "COVID-19, mRNA, LNP-S, bivalent, PF, 30 mcg/0.3 mL dose", "COVID-19, bivalent", "Pfizer", "0.3"
    ),
    "covid-2023": Vaccine("309", "COVID-19, mRNA, LNP-S, PF, tris-sucrose, 30 mcg/0.3 mL", "COVID-19", "Pfizer", "0.3"),
    "rsv": Vaccine(
        "305", "RSV, bivalent, protein subunit RSVpreF, diluent reconstituted, 0.5 mL, PF", "RSV", "Pfizer", "0.5"
    ),
}

TRIVALENT_SINCE = date(2024, 7, 1)
PCV20_SINCE = date(2022, 6, 1)
PCV20_CHILD_SINCE = date(2023, 7, 1)

CHILD_SCHEDULE: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("hepb",)),
    (2, ("hepb", "rotavirus", "dtap", "hib", "pcv", "ipv")),
    (4, ("rotavirus", "dtap", "hib", "pcv", "ipv")),
    (6, ("hepb", "rotavirus", "dtap", "hib", "pcv", "ipv")),
    (12, ("hib", "pcv", "mmr", "varicella", "hepa")),
    (15, ("dtap",)),
    (18, ("hepa",)),
    (48, ("dtap", "ipv", "mmr", "varicella")),
    (132, ("tdap", "hpv", "menacwy")),
    (144, ("hpv",)),
    (192, ("menacwy", "menb")),
)
"""Vaccines due at an age in months, after the CDC child and adolescent schedule; `pcv` is the product of its year."""


def product(vaccine: str, on: date, age: int) -> str:
    """The product that was on the shelf that day, for the vaccines whose product changed (`flu`, `pcv`)."""
    if vaccine == "flu":
        strength = "flu-high" if age >= 65 else "flu"
        return f"{strength}-{3 if on >= TRIVALENT_SINCE else 4}"
    if vaccine == "pcv":
        return "pcv20" if on >= PCV20_CHILD_SINCE else "pcv13"
    return vaccine
