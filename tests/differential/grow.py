"""Recipes for random values: like hypothesis strategies, but fast enough for worlds of eighty resources.

Hypothesis draws one seed for every resource and so stays in charge of the worlds; what grows from a seed is fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Recipe = Callable[[Random], Any]


def just(value: Any) -> Recipe:
    return lambda random: value


def any_of(values: Sequence[Any]) -> Recipe:
    return lambda random: random.choice(values)


def either(*recipes: Recipe) -> Recipe:
    return lambda random: random.choice(recipes)(random)


def made(make: Callable[..., Any], *recipes: Recipe) -> Recipe:
    return lambda random: make(*(recipe(random) for recipe in recipes))


def one_or_more(recipe: Recipe, most: int = 2) -> Recipe:
    return lambda random: [recipe(random) for _ in range(random.randint(1, most))]


def some(required: dict[str, Recipe] | None = None, **optional: Recipe) -> Recipe:
    """An object with all of the one and any of the other."""

    def grow(random: Random) -> dict[str, Any]:
        held = {name: recipe(random) for name, recipe in (required or {}).items()}
        return held | {name: recipe(random) for name, recipe in optional.items() if random.random() < 0.6}

    return grow


def full(**optional: Recipe) -> Recipe:
    """An object with at least one of the elements: FHIR knows no empty object."""
    return lambda random: some({name: optional[name] for name in [random.choice(list(optional))]}, **optional)(random)


def choice(base: Recipe, name: str, needed: bool = False, **forms: Recipe) -> Recipe:
    """The object with one form of a choice or, unless it is needed, now and then none."""

    def grow(random: Random) -> dict[str, Any]:
        held = dict(base(random))
        if needed or random.random() < 0.85:
            kind = random.choice(list(forms))
            held[f"{name}{kind}"] = forms[kind](random)
        return held

    return grow
