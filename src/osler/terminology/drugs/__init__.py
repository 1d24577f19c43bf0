"""What a drug is: brand, clinical drug, ingredients, strengths, form and route, from a code, a bar code or words."""

from osler.terminology.drugs.drugs import Drugs
from osler.terminology.drugs.model import Drug, Ingredient, Strength

__all__ = ["Drug", "Drugs", "Ingredient", "Strength"]
