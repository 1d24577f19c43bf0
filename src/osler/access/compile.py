"""From policies and one actor to the data the store turns into SQL: `store.visibility.Visibility`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from osler.access.actors import Actor, Purpose
from osler.access.labels import WITHHELD_BY_DEFAULT
from osler.access.permissions import Permission
from osler.access.policies import Policy, PolicyRule
from osler.access.roles import role
from osler.access.scopes import Scope, parse_scopes
from osler.core.errors import Forbidden
from osler.store.visibility import Rule, Visibility

_NOBODY: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def visibility_for(actor: Actor, purpose: Purpose) -> Visibility:
    """What this actor may see and touch for this purpose. Raises Forbidden when no role of theirs has the purpose."""
    return compile_policies((role(name) for name in actor.roles), actor, purpose)


@lru_cache(maxsize=4096)
def granted_permissions(actor: Actor) -> frozenset[Permission]:
    """The doors the actor's roles open; hand it to `permissions.require`."""
    return frozenset[Permission]().union(*(role(name).permissions for name in actor.roles))


def default_purpose(actor: Actor) -> Purpose:
    """The purpose a request has when it names none: the first its first role lists as its own, or Forbidden."""
    for name in actor.roles:
        for purpose in sorted(role(name).purposes, key=lambda each: each.number):
            return purpose
    raise Forbidden("Your account has no role.")


def compile_policies(policies: Iterable[Policy], actor: Actor, purpose: Purpose) -> Visibility:
    """The rules of all policies that serve `purpose`, with variables filled in and scopes applied.

    A policy that does not serve the purpose adds neither rules nor revealed labels. Emergency access (break-glass)
    counts as treatment and reveals every label.
    """
    emergency = purpose is Purpose.EMERGENCY and purpose in actor.purposes
    served = Purpose.TREATMENT if emergency else purpose
    serving = [policy for policy in policies if served in policy.purposes]
    if not serving or (purpose is Purpose.EMERGENCY and not emergency):
        raise Forbidden(f"Your role does not work for the purpose {purpose.code}.")
    rules = [rule for policy in serving for each in policy.rules for rule in _filled(each, actor, emergency)]
    if actor.scopes is not None:
        scopes = parse_scopes(actor.scopes)
        rules = [narrowed for rule in rules for scope in scopes for narrowed in _narrowed(rule, scope, actor)]
    revealed = WITHHELD_BY_DEFAULT if emergency else frozenset[str]().union(*(policy.reveals for policy in serving))
    return Visibility(tuple(dict.fromkeys(rules)), (WITHHELD_BY_DEFAULT - revealed) | actor.withheld)


def _filled(rule: PolicyRule, actor: Actor, emergency: bool) -> Iterator[Rule]:
    sites = _sites(rule.sites, actor)
    if rule.panel is not None and not emergency:
        panel = actor.practitioner if rule.panel == "{actor.practitioner}" else rule.panel
        if not panel:
            return
    else:
        panel = None
    patients = None if rule.patients is None else _patients(rule.patients, actor)
    tokens = tuple(_alternatives(text) for text in rule.where)
    yield Rule(rule.interactions, rule.types, tokens, sites, panel, patients, with_narrative(rule.hidden))


def _sites(values: tuple[str, ...] | None, actor: Actor) -> frozenset[str] | None:
    if values is None:
        return None
    if "{actor.sites}" not in values:
        return frozenset(values)
    fixed = frozenset(value for value in values if value != "{actor.sites}")
    return None if actor.sites is None else actor.sites | fixed


def _patients(values: tuple[str, ...], actor: Actor) -> frozenset[str]:
    fixed = frozenset(value for value in values if value != "{patient}")
    own = frozenset((actor.patient,)) if "{patient}" in values and actor.patient else _NOBODY
    return fixed | own


def _narrowed(rule: Rule, scope: Scope, actor: Actor) -> Iterator[Rule]:
    """The part of a rule that a scope leaves; nothing when they share no type, interaction or patient."""
    if scope.context != "patient" and (scope.context == "user") != (actor.kind == "user"):
        return
    interactions = rule.interactions & scope.interactions
    types = rule.types if scope.type is None else _types(rule.types, scope.type)
    patients = rule.patients
    if scope.context == "patient":
        launched = frozenset((actor.patient,)) if actor.patient else _NOBODY
        patients = launched if patients is None else patients & launched
        if not patients:
            return
    if interactions and (types is None or types):
        tokens = rule.tokens + tuple(_alternatives(text) for text in scope.where)
        yield Rule(interactions, types, tokens, rule.sites, rule.panel, patients, rule.hidden)


def _types(opened: frozenset[str] | None, scoped: str | None) -> frozenset[str] | None:
    if scoped is None:
        return opened
    return frozenset((scoped,)) if opened is None or scoped in opened else _NOBODY


def _alternatives(text: str) -> tuple[str, ...]:
    """`category=a|b,c` as index token keys: `category=a|b`, `category=c`. A comma in a value is written `\\,`."""
    name, _, values = text.partition("=")
    parts = values.replace("\\,", "\0").split(",")
    return tuple(f"{name}={part.replace(chr(0), ',')}" for part in parts)


def with_narrative(hidden: frozenset[str]) -> frozenset[str]:
    """Hidden paths and, for every type with one, its narrative: generated text repeats what the elements say."""
    return hidden | {f"{path.partition('.')[0]}.text" for path in hidden}
