"""What finds a patient by a part: numbers by the beginning or by the end ("ends in 4321"), names by any of their words.

Beginnings are texts beside the names', ends are tokens of the last few characters: a token costs a tenth of a text, and the
few patients who share such an end are soon looked through. All are kept for patients alone, and answer no search
parameter of the standard.
"""

from __future__ import annotations

import unicodedata

from osler.fhir.search.query import Either, Strings

BEGINNING = "identifier:begins"
"""The string parameter, peculiar to the index, that has the beginnings of record numbers."""
LONGEST_NUMBER = 24
"""Characters of a number that are indexed; nobody types more of a UUID or a URL, only copies it whole."""
WORDS = "name:words"
"""The string parameter, peculiar to the index, that has the words within names with which no text of `name` begins:
`marie` of `Anne-Marie`. Hardly anybody has one."""
NAMED = ("name", WORDS)
"""By the texts of both, every word of a name begins one."""
END = 4
"""Characters of an end: what people say on the telephone."""
PHONE_ENDS = (10, 7, END)
"""Digits of the ends of a telephone number: all of it, without its area code, and what people say."""


def some_word(*beginnings: str) -> Either:
    """Patients of whose names some word begins with one of these (normalised)."""
    return Either(tuple(Strings(param, beginnings) for param in NAMED))


def plain(number: str) -> str:
    """Letters and digits alone, case folded: `A-0012 34` as `a001234`."""
    if not number.isascii():
        number = unicodedata.normalize("NFKC", number)
    return "".join(each for each in number.casefold() if each.isalnum())


def without_letters(number: str) -> str:
    """A plain number from its first digit on: people leave the letters before it out."""
    return number.lstrip("".join(each for each in set(number) if not each.isdecimal()))


def beginnings(value: str) -> tuple[str, ...]:
    """The texts by whose beginning a record number is found; none for what has no digit in it."""
    whole = plain(value)
    if not any(each.isdecimal() for each in whole):
        return ()
    digits = without_letters(whole)
    return (whole[:LONGEST_NUMBER],) if digits == whole or len(whole) > LONGEST_NUMBER else (whole, digits)


def identifier_ends(value: str) -> tuple[str, ...]:
    """The token keys of the end of a record number."""
    whole = plain(value)
    return (end_key("identifier", whole),) if beginnings(value) and len(whole) >= END else ()


def phone_ends(value: str) -> tuple[str, ...]:
    """The token keys of the ends of a telephone number, however it is written."""
    digits = only_digits(value)
    return tuple(end_key("phone", digits, length) for length in PHONE_ENDS if len(digits) >= length)


def only_digits(value: str) -> str:
    """The digits of a number, an extension behind it left out."""
    digits = unicodedata.normalize("NFKC", value.casefold().partition("x")[0])
    return "".join(each for each in digits if each.isdecimal())


def end_key(param: str, number: str, length: int = END) -> str:
    """The token key of numbers that end as this one does."""
    return f"{param}:end={number[-length:]}"


def is_end(key: str) -> bool:
    """Whether a token key is one of an end."""
    return ":end=" in key[: key.find("=") + 1]
