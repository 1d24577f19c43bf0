"""`Visibility` → SQL predicates over the policy columns of `resource` or `history`.

The one place where policy becomes SQL. Every statement that reads rows for somebody takes its predicate from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.held import HOLDERS
from osler.store import terms
from osler.store.derived import stored_keys
from osler.store.sql import Sql
from osler.store.visibility import Interaction, Rule, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

TRUE, FALSE = "true", "false"


async def prepare(store: Store, visibility: Visibility) -> None:
    """Makes sure that every site and label the rules name has an id here: a name that another process interned since
    this one started must never read as "no such label"."""
    sites = {site for rule in visibility.rules for site in rule.sites or ()}
    await store.terms.intern(store.pool, terms.ORG, sites)
    await store.terms.intern(store.pool, terms.LABEL, set(visibility.withheld))


def rules_for(
    visibility: Visibility, interaction: Interaction, type_: str | None, used: frozenset[str] = frozenset()
) -> list[Rule]:
    """The rules that may open rows of a type (None: of any type) for an interaction, when the elements behind the
    search parameters `used` (`Type.param`) are looked at: a rule that hides such an element opens nothing here."""
    return [
        rule
        for rule in visibility.rules
        if interaction in rule.interactions
        and (type_ is None or rule.types is None or type_ in rule.types)
        and not hides_any(rule, used)
    ]


def hides_any(rule: Rule, used: frozenset[str]) -> bool:
    return touches(used, rule.hidden)


def touches(used: frozenset[str], hidden: frozenset[str]) -> bool:
    """Whether one of the search parameters (`Type.param`) reads one of the hidden element paths."""
    return bool(hidden and used) and any(_touches(path, hidden) for use in used for path in _paths(use))


def _touches(path: str, hidden: frozenset[str]) -> bool:
    return any(path == h or path.startswith((h + ".", h + "[")) or h.startswith(path + ".") for h in hidden)


def _paths(use: str) -> list[str]:
    from osler.fhir.definitions import definitions

    type_, _, code = use.partition(".")
    param = definitions().search_params(type_).get(code)
    if param is None:  # `*`, the whole text of a resource, or one of the site's own: it may read anything
        return [type_]
    # Those of every type begin with Resource: _tag is Resource.meta.tag.
    expressions = [param.expression, *(expression for _, expression in param.components)]
    parts = [part.strip().strip("()") for expression in expressions for part in expression.split("|")]
    return [f"{type_}{part.removeprefix('Resource')}" if part.startswith("Resource.") else part for part in parts]


def predicate(
    store: Store,
    sql: Sql,
    visibility: Visibility,
    interaction: Interaction,
    type_: str | None,
    *,
    row: str = "r",
    used: frozenset[str] = frozenset(),
) -> str:
    """SQL that is true for the rows of alias `row` that the visibility opens. `type_` None: the row's type decides."""
    rules = rules_for(visibility, interaction, type_, used)
    before = len(sql.args)
    opened = _settled(sql, before, _any([_opens(store, sql, rule, row, type_) for rule in rules]))
    if opened == FALSE:
        return FALSE
    return _all([opened, _not_withheld(store, sql, visibility, row)])


def opened_by(store: Store, sql: Sql, rules: list[Rule], type_: str | None, *, row: str = "r") -> str:
    """SQL for a bit mask of the rules that open a row: what decides which elements stay hidden."""
    parts = [
        f"CASE WHEN {_opens(store, sql, rule, row, type_)} THEN {1 << n} ELSE 0 END" for n, rule in enumerate(rules)
    ]
    return f"({' + '.join(parts)})::bigint" if parts else "0::bigint"


def _opens(store: Store, sql: Sql, rule: Rule, row: str, type_: str | None) -> str:
    before = len(sql.args)
    parts = [_types(store, sql, rule, row, type_), _tokens(store, sql, rule, row, type_), _sites(store, sql, rule, row, type_),
             _panel(store, sql, rule, row, type_), _patients(store, sql, rule, row, type_)]  # fmt: skip
    return _settled(sql, before, _all(parts))


def _settled(sql: Sql, before: int, condition: str) -> str:
    """The condition; when it came down to true or false, without the arguments that it no longer mentions."""
    if condition in (TRUE, FALSE):
        del sql.args[before:]
    return condition


def _types(store: Store, sql: Sql, rule: Rule, row: str, type_: str | None) -> str:
    if rule.types is None or type_ is not None:
        return TRUE
    ids = sorted(store.type_id(t) for t in rule.types)
    return f"{row}.type = ANY ({sql.arg(ids, 'smallint[]')})"


def _tokens(store: Store, sql: Sql, rule: Rule, row: str, type_: str | None) -> str:
    if not rule.tokens:
        return TRUE
    types = [type_] if type_ is not None else sorted(rule.types or ())
    per_type: list[str] = []
    for each in types:
        groups = [f"arrayoverlap({row}.tok, {sql.arg(_hashes(store, each, keys), 'bigint[]')})" for keys in rule.tokens]
        type_is = TRUE if type_ is not None else f"{row}.type = {sql.arg(store.type_id(each), 'smallint')}"
        per_type.append(_all([type_is, *groups]))
    return _any(per_type)


def _hashes(store: Store, type_: str, keys: tuple[str, ...]) -> list[int]:
    return [store.hasher.token(type_, stored) for key in keys for stored in stored_keys(type_, key)]


def _no_patient(row: str) -> str:
    return f"({row}.pat IS NULL AND {row}.pats IS NULL)"


def _holds(store: Store, type_: str | None, row: str, *, some: str, every: str) -> str:
    """A Bundle holds whole resources: what is enough for one patient or site elsewhere must hold for all of its own."""
    if type_ is not None:
        return every if type_ in HOLDERS else some
    holders = ", ".join(str(store.type_id(each)) for each in sorted(HOLDERS))
    return f"(CASE WHEN {row}.type IN ({holders}) THEN {every} ELSE {some} END)"


def _each_patient(row: str, condition: str) -> str:
    """SQL that is true when the condition, over `held.pat`, is true for every patient of the row, or it has none."""
    return f"NOT EXISTS (SELECT 1 FROM unnest({row}.pats) AS held (pat) WHERE NOT {condition})"


def _sites(store: Store, sql: Sql, rule: Rule, row: str, type_: str | None) -> str:
    if rule.sites is None:
        return TRUE
    ids = sql.arg([store.terms.need(terms.ORG, site) for site in sorted(rule.sites)], "integer[]")
    home = f"EXISTS (SELECT 1 FROM resource home WHERE {{}} AND NOT home.deleted AND arrayoverlap(home.org, {ids}))"
    # What names no site is its patient's: an allergy that somebody of no site wrote down must not be missed at the bedside.
    at_home = home.format(f"(home.self = {row}.pat OR home.self = ANY ({row}.pats))")
    all_at_home = _each_patient(row, home.format("home.self = held.pat"))
    return _holds(
        store, type_, row,
        some=f"(CASE WHEN {row}.org IS NULL THEN ({_no_patient(row)} OR {at_home}) ELSE arrayoverlap({row}.org, {ids}) END)",
        every=f"(({row}.org IS NULL OR arraycontained({row}.org, {ids})) AND {all_at_home})",
    )  # fmt: skip


def _panel(store: Store, sql: Sql, rule: Rule, row: str, type_: str | None) -> str:
    if rule.panel is None:
        return TRUE
    actor = sql.arg(store.hasher.self_of("Practitioner", rule.panel), "bigint")
    cared_for = f"EXISTS (SELECT 1 FROM panel p WHERE p.actor = {actor} AND p.until > now() AND {{}})"
    return _holds(
        store, type_, row,
        some=f"({_no_patient(row)} OR {cared_for.format(f'(p.pat = {row}.pat OR p.pat = ANY ({row}.pats))')})",
        every=_each_patient(row, cared_for.format("p.pat = held.pat")),
    )  # fmt: skip


def _patients(store: Store, sql: Sql, rule: Rule, row: str, type_: str | None) -> str:
    if rule.patients is None:
        return TRUE
    ids = sql.arg([store.hasher.self_of("Patient", p) for p in sorted(rule.patients)], "bigint[]")
    return _holds(
        store, type_, row,
        some=f"({_no_patient(row)} OR {row}.pat = ANY ({ids}) OR arrayoverlap({row}.pats, {ids}))",
        every=f"({row}.pats IS NULL OR arraycontained({row}.pats, {ids}))",
    )  # fmt: skip


def _not_withheld(store: Store, sql: Sql, visibility: Visibility, row: str) -> str:
    if not visibility.withheld:
        return TRUE
    ids = [store.terms.need(terms.LABEL, label) for label in sorted(visibility.withheld)]
    return f"({row}.lab IS NULL OR NOT arrayoverlap({row}.lab, {sql.arg(ids, 'integer[]')}))"


def _all(parts: list[str]) -> str:
    kept = [part for part in parts if part != TRUE]
    if FALSE in kept:
        return FALSE
    return "(" + " AND ".join(kept) + ")" if kept else TRUE


def _any(parts: list[str]) -> str:
    if TRUE in parts:
        return TRUE
    kept = [part for part in parts if part != FALSE]
    return "(" + " OR ".join(kept) + ")" if kept else FALSE
