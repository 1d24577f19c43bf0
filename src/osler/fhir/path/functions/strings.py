"""Texts (https://hl7.org/fhirpath/N1/#string-manipulation). Without a text, or without an argument, nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import gives_items, gives_truth
from osler.fhir.path.nodes import EMPTY, Items
from osler.fhir.path.values import MOST_TEXT, single_integer, single_text
from osler.fhir.patterns import pattern


def _of_text(name: str, compute: Callable[[str], Any]) -> None:
    @gives_items(name)
    def _apply(items: Items, env: Environment) -> Items:
        text = single_text(items, f"{name}()")
        env.spend(1 + len(text or "") // 100)
        return EMPTY if text is None else [compute(text)]


def _of_two(name: str, compute: Callable[[str, str], bool]) -> None:
    @gives_truth(name, 1)
    def _apply(items: Items, env: Environment, argument: Items) -> bool | None:
        text, other = single_text(items, f"{name}()"), single_text(argument, f"{name}()")
        env.spend(1 + len(text or "") // 100)
        return None if text is None or other is None else compute(text, other)


_of_text("upper", str.upper)
_of_text("lower", str.lower)
_of_text("length", len)
_of_text("trim", str.strip)
_of_two("startsWith", lambda text, other: text.startswith(other))
_of_two("endsWith", lambda text, other: text.endswith(other))
_of_two("contains", lambda text, other: other in text)


@gives_items("indexOf", 1)
def _index_of(items: Items, env: Environment, argument: Items) -> Items:
    text, part = single_text(items, "indexOf()"), single_text(argument, "indexOf()")
    return EMPTY if text is None or part is None else [text.find(part)]


@gives_items("lastIndexOf", 1)
def _last_index_of(items: Items, env: Environment, argument: Items) -> Items:
    text, part = single_text(items, "lastIndexOf()"), single_text(argument, "lastIndexOf()")
    return EMPTY if text is None or part is None else [text.rfind(part)]


@gives_items("substring", 1, 2)
def _substring(items: Items, env: Environment, start: Items, *length: Items) -> Items:
    text, first = single_text(items, "substring()"), single_integer(start, "substring()")
    if text is None or first is None or not 0 <= first < len(text):
        return EMPTY
    count = single_integer(length[0], "substring()") if length else None
    return [text[first:] if count is None else text[first : first + max(0, count)]]


@gives_items("toChars")
def _to_chars(items: Items, env: Environment) -> Items:
    text = single_text(items, "toChars()") or ""
    env.spend(len(text))
    return list(text)


@gives_items("split", 1)
def _split(items: Items, env: Environment, separator: Items) -> Items:
    text, between = single_text(items, "split()"), single_text(separator, "split()")
    if text is None or between is None:
        return EMPTY
    env.spend(len(text))
    return list(text) if between == "" else list(text.split(between))


@gives_items("join", 0, 1)
def _join(items: Items, env: Environment, *separator: Items) -> Items:
    between = single_text(separator[0], "join()") if separator else ""
    if not items or between is None:
        return EMPTY
    env.spend(len(items))
    texts = [text for item in items if (text := single_text([item], "join()")) is not None]
    return [_checked(between.join(texts), env)]


@gives_items("replace", 2)
def _replace(items: Items, env: Environment, part: Items, other: Items) -> Items:
    text, old, new = (single_text(each, "replace()") for each in (items, part, other))
    if text is None or old is None or new is None:
        return EMPTY
    _check_length(len(text) + len(new) * (text.count(old) if old else len(text) + 1))
    return [_checked(text.replace(old, new), env)]


@gives_truth("matches", 1)
def _matches(items: Items, env: Environment, expression: Items) -> bool | None:
    """Whether the pattern is found anywhere in the text."""
    text, written = single_text(items, "matches()"), single_text(expression, "matches()")
    return None if text is None or written is None else pattern(written).is_in(text, env)


@gives_truth("matchesFull", 1)
def _matches_full(items: Items, env: Environment, expression: Items) -> bool | None:
    text, written = single_text(items, "matchesFull()"), single_text(expression, "matchesFull()")
    return None if text is None or written is None else pattern(written).is_all_of(text, env)


@gives_items("replaceMatches", 2)
def _replace_matches(items: Items, env: Environment, expression: Items, other: Items) -> Items:
    text, written, new = (single_text(each, "replaceMatches()") for each in (items, expression, other))
    if text is None or written is None or new is None:
        return EMPTY
    return [text if written == "" else _checked(pattern(written).replaced(text, new, env), env)]


def _checked(text: str, env: Environment) -> str:
    _check_length(len(text))
    env.spend(1 + len(text) // 100)
    return text


def _check_length(length: int) -> None:
    if length > MOST_TEXT:
        fail("a text gets too long")
