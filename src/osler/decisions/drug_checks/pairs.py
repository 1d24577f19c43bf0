"""Drug against drug."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from osler.decisions.facts import Order, SiteRules
from osler.decisions.findings import ORDER, Finding, Kind, Level
from osler.decisions.french import EYE_DROPS_COUNT, FRANCE, strictness_of
from osler.decisions.interactions import Interaction, interactions


def pair_findings(order: Order, active: Sequence[Order], site: SiteRules) -> Iterator[Finding]:
    """Interactions of a new order with each active drug.

    Of one pair of ingredients the strongest row of ours and the strictest French one are told; a French one is left to
    `also` where ours interrupts already.
    """
    if order.drug is None:
        return
    for new in order.drug.ingredients:
        for other in active:
            for taken in other.drug.ingredients if other.drug else ():
                yield from _of_pair(order, other, new.name, taken.name, site)


def _of_pair(order: Order, other: Order, new: str, taken: str, site: SiteRules) -> Iterator[Finding]:
    local = order.is_local or other.is_local
    rows = [row for row in interactions().between(new, taken) if not local or _also_local(row)]
    if not rows:
        return
    pair = (new, taken) if new <= taken else (taken, new)
    drugs = (order.text, other.text)
    own = [_finding(row, pair, drugs, site) for row in rows if row.label != FRANCE]
    french = [_finding(row, pair, drugs, site) for row in sorted(_french(rows), key=_strictness)]
    accepted = [each for each in french if each.level is not Level.NOTICE or each.row in site.accepted]
    first = _strongest(own)
    if first and (first.level is Level.INTERRUPTIVE or not french):
        yield replace(first, also=_rows([*own, *french], first))
    elif first:
        yield replace(first, also=_rows(own, first))
    if french and not (first and first.level is Level.INTERRUPTIVE):
        strict = _strongest(accepted) or french[0]
        yield replace(strict, also=_rows(french, strict))


def _finding(row: Interaction, pair: tuple[str, str], drugs: tuple[str, str], site: SiteRules) -> Finding:
    accepted = site.accepted.get(row.row)
    label = f"{row.label}, accepted by {accepted.by} on {accepted.on.isoformat()}" if accepted else row.label
    level = accepted.level if accepted else row.level
    return Finding(Kind.INTERACTION, level, pair, drugs, row.text, row.row, row.source, row.dated, label)


def _french(rows: Iterable[Interaction]) -> list[Interaction]:
    return [row for row in rows if row.label == FRANCE]


def _strictness(row: Interaction) -> tuple[int, int, str]:
    return (*strictness_of(row.row), row.row)


def _strongest(findings: Sequence[Finding]) -> Finding | None:
    return min(findings, key=lambda each: (ORDER[each.level], each.row), default=None)


def _rows(findings: Iterable[Finding], but: Finding) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.row for each in findings if each.row != but.row))


@cache
def _also_local(row: Interaction) -> bool:
    """Whether a row counts for drugs that act where they are put, such as a beta blocker in the eye."""
    return row.any_route or any(side.startswith(EYE_DROPS_COUNT) for side in (row.one, row.other))
