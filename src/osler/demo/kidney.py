"""Creatinine and the filtration rate estimated from it, after the CKD-EPI equation of 2021."""

from __future__ import annotations


def creatinine_for(rate: float, *, age: int, female: bool) -> float:
    """The serum creatinine in mg/dL for which CKD-EPI 2021 gives `rate` mL/min/1.73 m²."""
    kappa, alpha, factor = (0.7, -0.241, 1.012) if female else (0.9, -0.302, 1.0)
    share = rate / (142 * 0.9938**age * factor)
    exponent = alpha if share > 1 else -1.2
    return kappa * share ** (1 / exponent)
