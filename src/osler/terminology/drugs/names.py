"""How names of drugs are compared, and how the salt comes off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from osler.terminology.drugs.tables import read_table, word_list

_ELSE = re.compile(r"[^a-z0-9%.]+")
_LOOSE_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")


def plain(name: str) -> str:
    """A name as it is compared: lower case, no accents, words with one space between. `St. John's Wort` -> `st john s wort`."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(char for char in folded if not unicodedata.combining(char)).replace("ß", "ss")
    return " ".join(_ELSE.sub(" ", _LOOSE_POINT.sub(" ", letters)).split())


@cache
def salts() -> frozenset[str]:
    """Words that name a salt, an ester or a hydrate."""
    return word_list("salts")


@cache
def other_names() -> dict[str, tuple[str, ...]]:
    """Our own synonyms: plain name -> names of ingredients as RxNorm has them."""
    return {plain(row["name"]): tuple(row["ingredients"].split(" / ")) for row in read_table("names")}


@cache
def own_ingredients() -> dict[str, str]:
    """Ingredients that Osler knows by name even when the loaded release lacks them: plain name -> name."""
    return {plain(row["name"]): row["name"] for row in read_table("ingredients")}


def without_salt(name: str, is_known: Callable[[str], bool]) -> str | None:
    """The longest beginning of a plain name that is known once words for salts are off its end; None when there is none.

    A salt in front (`sodium valproate`) is a synonym and has a row in names.tsv.
    """
    words = name.split(" ")
    while len(words) > 1 and words[-1] in salts():
        words.pop()
        if is_known(" ".join(words)):
            return " ".join(words)
    return None


SUFFIX = re.compile(r"-[a-z]{4}$")


def without_suffix(name: str) -> str:
    """A biological's name without the four letters that tell its makers apart: `infliximab-dyyb` -> `infliximab`."""
    return SUFFIX.sub("", name)
