"""Queries for every cell of (parameter type × modifier × prefix), made from values that the world holds.

A cell is a name and a maker; a maker gives one query or None when its dice fell badly. Most queries have an answer
because they are read off a resource; the tally says how many did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from osler.fhir.definitions import SearchParam, definitions
from osler.store.reference import ReferenceStore
from osler.store.reference.asked import PREFIXES
from osler.store.reference.links import Key, target
from osler.store.reference.nodes import Node
from osler.store.reference.paths import evaluate
from tests.differential import asking

Params = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: its cell, the type searched, the raw parameters, perhaps a compartment."""

    cell: str
    type: str
    params: Params
    compartment: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One node that one parameter reads in one resource."""

    key: Key
    param: SearchParam
    node: Node


@dataclass(slots=True)
class Scene:
    """A world laid out for asking: every value by the type of the parameter that reads it."""

    world: ReferenceStore
    values: dict[str, list[Value]] = field(default_factory=dict[str, list[Value]])
    of: dict[Key, list[Value]] = field(default_factory=dict[Key, list[Value]])
    links: list[tuple[Key, str, Key]] = field(default_factory=list[tuple[Key, str, Key]])
    """(from, by which parameter, to), both ends in the world."""
    forks: list[tuple[Key, str, Key]] = field(default_factory=list[tuple[Key, str, Key]])
    """Those whose resource points elsewhere, at another of the same type, by another parameter."""

    def __post_init__(self) -> None:
        for key, resource in self.world.resources.items():
            for param in definitions().search_params(key[0]).values():
                if param.type != "special" and param.expression:
                    self._lay_out(key, param, resource)
        for link in self.links:
            if any(
                o[0] == link[0] and o[1] != link[1] and o[2] != link[2] and o[2][0] == link[2][0] for o in self.links
            ):
                self.forks.append(link)

    def _lay_out(self, key: Key, param: SearchParam, resource: dict[str, Any]) -> None:
        for node in evaluate(param.expression, resource):
            value = Value(key, param, node)
            self.values.setdefault(param.type, []).append(value)
            self.of.setdefault(key, []).append(value)
            end = target(node, "") if param.type == "reference" else None
            if end in self.world.resources and end[0] in param.targets:
                self.links.append((key, param.code, end))


Maker = Callable[[Random, Scene], tuple[str, Params] | None]


def _single(kind: str, render: Callable[[Random, Value], str | None], modifier: str = "") -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        for _ in range(20):
            value = random.choice(scene.values[kind])
            written = render(random, value)
            if written is not None:
                return value.key[0], [(value.param.code + modifier, written)]
        return None

    return make


def _token(form: str) -> Callable[[Random, Value], str | None]:
    def render(random: Random, value: Value) -> str | None:
        if form == "of-type":
            return asking.of_type(value.node)
        return asking.token(random, value.node, form) if value.param.code != "_id" else None

    return render


def _link(form: str) -> Callable[[Random, Value], str | None]:
    return lambda random, value: asking.link(random, value.node, form)


def _typed(random: Random, scene: Scene) -> tuple[str, Params] | None:
    start, code, end = random.choice(scene.links)
    return start[0], [(f"{code}:{end[0]}", random.choice([end[1], "/".join(end)]))]


def _identifier(form: str) -> Callable[[Random, Value], str | None]:
    def render(random: Random, value: Value) -> str | None:
        held = value.node.held.get("identifier")
        return asking.token(random, Node("Identifier", "Identifier", held), form) if held else None

    return render


def _words(form: str) -> Callable[[Random, Value], str | None]:
    return lambda random, value: asking.words(random, value.node, form)


def _uri(random: Random, value: Value) -> str | None:
    if not isinstance(value.node.value, str):
        return None
    return asking.escape(random.choice([value.node.value, value.node.value.partition("|")[0]]))


def _amount(prefix: str, form: str) -> Callable[[Random, Value], str | None]:
    return lambda random, value: asking.amount(random, value.node, prefix, form)


def _moment(prefix: str) -> Callable[[Random, Value], str | None]:
    return lambda random, value: asking.moment(random, value.node, prefix)


def _missing(kind: str, written: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        key = random.choice(list(scene.world.resources))
        params = [p for p in definitions().search_params(key[0]).values() if p.type == kind and p.expression]
        params = [p for p in params if p.code not in ("_id", "_lastUpdated")]
        held = [v.param for v in scene.of[key] if v.param in params]
        chosen = random.choice(held or params or [None])
        return (key[0], [(f"{chosen.code}:missing", written)]) if chosen else None

    return make


def _any_of(kind: str, render: Callable[[Random, Value], str | None], modifier: str = "") -> Maker:
    """Two or three alternatives for one parameter, from different resources."""

    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        first = random.choice(scene.values[kind])
        alike = [v for v in scene.values[kind] if v.param == first.param]
        written = [render(random, random.choice(alike)) for _ in range(3)]
        kept = [w for w in written if w is not None]
        return (first.key[0], [(first.param.code + modifier, ",".join(kept))]) if len(kept) > 1 else None

    return make


def plain(random: Random, value: Value, prefixes: tuple[str, ...] = ("", "ge", "le", "ne")) -> str | None:
    """Any ordinary way to ask for this value."""
    kind, node = value.param.type, value.node
    if value.param.code in ("_id", "_lastUpdated"):
        return None
    if kind == "token":
        return asking.token(random, node, random.choice(["code", "system|code", "|code"]))
    if kind == "reference":
        return asking.link(random, node, random.choice(["Type/id", "canonical", "address"]))
    if kind == "string":
        return asking.words(random, node, "start")
    if kind == "uri":
        return _uri(random, value)
    if kind in ("number", "quantity"):
        return asking.amount(random, node, random.choice(prefixes), "bare")
    return asking.moment(random, node, random.choice(prefixes)) if kind == "date" else None


def _something(random: Random, values: list[Value]) -> tuple[str, str] | None:
    for _ in range(10):
        value = random.choice(values)
        written = plain(random, value)
        if written is not None:
            return value.param.code, written
    return None


def _and(random: Random, scene: Scene) -> tuple[str, Params] | None:
    """Two or three things that are true of one resource."""
    key = random.choice(list(scene.world.resources))
    asked = [_something(random, scene.of[key]) for _ in range(random.randint(2, 3))]
    return key[0], [pair for pair in asked if pair]


def _and_same(random: Random, scene: Scene) -> tuple[str, Params] | None:
    """One parameter asked twice: two values of one resource may answer."""
    value = random.choice([v for kind in ("token", "string", "date", "reference") for v in scene.values[kind]])
    alike = [v for v in scene.of[value.key] if v.param == value.param]
    asked = [plain(random, random.choice(alike)) for _ in range(2)]
    kept = [(value.param.code, a) for a in asked if a]
    return (value.key[0], kept) if len(kept) == 2 else None


def _and_not(random: Random, scene: Scene) -> tuple[str, Params] | None:
    key = random.choice(list(scene.world.resources))
    asked = _something(random, scene.of[key])
    others = [v for v in scene.values["token"] if v.key[0] == key[0] and v.key != key and v.param.code != "_id"]
    value = random.choice(others)
    denied = asking.token(random, value.node, "code")
    return (key[0], [asked, (f"{value.param.code}:not", denied)]) if asked and denied else None


def _of_patient(random: Random, scene: Scene) -> tuple[str, Params] | None:
    """What charts ask: of one patient, by one code or another."""
    coded = [v for v in scene.values["token"] if v.param.code in ("code", "vaccine-code")]
    own = random.choice(coded)
    links = [link for link in scene.links if link[0] == own.key and link[1] in ("patient", "subject")]
    _, code, end = random.choice(links)
    other = random.choice([v for v in coded if v.key[0] == own.key[0]])
    written = [asking.token(random, v.node, random.choice(["code", "system|code"])) for v in (other, own)]
    kept = [w for w in written if w]
    return (own.key[0], [(code, "/".join(end)), (own.param.code, ",".join(kept))]) if kept else None


def _chain(form: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        start, code, end = random.choice(random.choice([scene.links, scene.forks or scene.links]))
        inner = _something(random, scene.of[end])
        if form == "nested":
            onward = [link for link in scene.links if link[0] == end and link[2] != start]
            if not onward:
                return None
            _, second, last = random.choice(onward)
            inner = _something(random, scene.of[last])
            inner = inner and (f"{second}:{last[0]}.{inner[0]}", inner[1])
        if inner is None:
            return None
        if form == "untyped":
            return _untyped(start[0], code, inner)
        return start[0], [(f"{code}:{end[0]}.{inner[0]}", inner[1])]

    return make


def _untyped(kind: str, code: str, inner: tuple[str, str]) -> tuple[str, Params] | None:
    """Without a type the value must be good for every target that has the parameter."""
    targets = definitions().search_params(kind)[code].targets
    found = [p for t in targets if (p := definitions().search_params(t).get(inner[0]))]
    if len({p.type for p in found}) != 1 or found[0].type == "reference":
        return None
    booleans = {"active", "deceased", "actual", "exclude"}
    return (kind, [(f"{code}.{inner[0]}", inner[1])]) if inner[0] not in booleans else None


def _chain_modifier(modifier: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        start, code, end = random.choice(scene.links)
        if modifier == "missing":
            param = random.choice([v.param for v in scene.of[end] if v.param.code not in ("_id", "_lastUpdated")])
            if param.type == "composite":
                return None
            return start[0], [(f"{code}:{end[0]}.{param.code}:missing", random.choice(["true", "false"]))]
        value = random.choice([v for v in scene.of[end] if v.param.type == "token"])
        written = asking.token(random, value.node, "code") if value.param.code != "_id" else None
        return (start[0], [(f"{code}:{end[0]}.{value.param.code}:not", written)]) if written else None

    return make


def _has(form: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        start, code, end = random.choice(random.choice([scene.links, scene.forks or scene.links]))
        inner = _something(random, scene.of[start])
        if form == "has chain":
            onward = [link for link in scene.links if link[0] == start]
            _, second, last = random.choice(onward)
            inner = _something(random, scene.of[last])
            inner = inner and (f"{second}:{last[0]}.{inner[0]}", inner[1])
        elif form == "has has":
            back = [link for link in scene.links if link[2] == start]
            if not back:
                return None
            first, second, _ = random.choice(back)
            inner = _something(random, scene.of[first])
            inner = inner and (f"_has:{first[0]}:{second}:{inner[0]}", inner[1])
        elif form == "chain has":
            inner = inner and (f"_has:{start[0]}:{code}:{inner[0]}", inner[1])
            to_end = [link for link in scene.links if link[2] == end]
            first, by, _ = random.choice(to_end)
            return (first[0], [(f"{by}:{end[0]}.{inner[0]}", inner[1])]) if inner else None
        return (end[0], [(f"_has:{start[0]}:{code}:{inner[0]}", inner[1])]) if inner else None

    return make


def _ids(random: Random, scene: Scene) -> tuple[str, Params] | None:
    kind = random.choice(list(scene.world.resources))[0]
    return kind, [("_id", ",".join(random.sample(["p0", "p1", "p2", "P0", "nobody"], 3)))]


def _updated(prefix: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        key = random.choice(list(scene.world.resources))
        at = scene.world.resources[key]["meta"]["lastUpdated"]
        cut = random.choice([at, at, at[:10], at[:4], at[:-5] + "Z"])
        return key[0], [("_lastUpdated", prefix + cut)]

    return make


def _sort(kind: str, sign: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        value = random.choice(scene.values[kind])
        return value.key[0], [("_sort", sign + value.param.code)]

    return make


def _sort_two(random: Random, scene: Scene) -> tuple[str, Params] | None:
    key = random.choice(list(scene.world.resources))
    codes = list({v.param.code for v in scene.of[key] if v.param.type != "composite"})
    chosen = random.sample(codes, min(len(codes), random.randint(2, 3)))
    params = [("_sort", ",".join(random.choice(["", "-"]) + code for code in chosen))]
    asked = _something(random, scene.of[key])
    return key[0], params + ([asked] if asked and random.random() < 0.3 else [])


def _include(form: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        start, code, end = random.choice(scene.links)
        written = {"param": f":{code}", "param:type": f":{code}:{end[0]}", "*": ":*"}[form]
        some = _something(random, scene.of[start])
        return start[0], [("_include", start[0] + written), *([some] if some else [])]

    return make


def _revinclude(form: str) -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        start, code, end = random.choice(scene.links)
        written = {"param": f":{code}", "param:type": f":{code}:{end[0]}", "*": ":*"}[form]
        some = _something(random, scene.of[end])
        return end[0], [("_revinclude", start[0] + written), *([some] if some else [])]

    return make


def _composite(second: str, prefix: str = "") -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        fitting = [
            v for v in scene.values["composite"] if second in [_kind(v, code) for code, _ in v.param.components[1:]]
        ]
        for _ in range(40):
            value = random.choice(fitting)
            written = _components(random, scene, value, prefix)
            if written:
                return value.key[0], [(value.param.code, written)]
        return None

    return make


def _components(random: Random, scene: Scene, value: Value, prefix: str) -> str | None:
    parts: list[str] = []
    kinds = [_kind(value, code) for code, _ in value.param.components]
    for position, (code, expression) in enumerate(value.param.components):
        nodes = evaluate(expression, scene.world.resources[value.key], start=value.node)
        if not nodes:
            return None
        inner = Value(value.key, definitions().search_params(value.key[0])[code], random.choice(nodes))
        last = position == len(kinds) - 1
        written = _component(random, inner, kinds[position], prefix if last else "")
        if written is None:
            return None
        parts.append(written)
    return "$".join(parts)


def _kind(value: Value, code: str) -> str:
    if value.param.code == "relationship":
        return {"relatesto": "token", "relation": "reference"}[code]
    return definitions().search_params(value.key[0])[code].type


def _component(random: Random, inner: Value, kind: str, prefix: str) -> str | None:
    if kind == "token":
        return asking.token(random, inner.node, random.choice(["code", "system|code", "|code"]))
    if kind == "number":
        return f"{prefix}{inner.node.value}" if isinstance(inner.node.value, int) else None
    if kind == "quantity":
        return asking.amount(random, inner.node, prefix, random.choice(["bare", "system|code", "||code"]))
    if kind == "date":
        return asking.moment(random, inner.node, prefix)
    return asking.words(random, inner.node, "start") if kind == "string" else asking.link(random, inner.node, "Type/id")


def _common(code: str, form: str, kind: str = "token") -> Maker:
    def make(random: Random, scene: Scene) -> tuple[str, Params] | None:
        found = [v for v in scene.values[kind] if v.param.code == code]
        value = random.choice(found)
        written = _uri(random, value) if kind == "uri" else asking.token(random, value.node, form.removeprefix(":not "))
        return (value.key[0], [(code + (":not" if form.startswith(":not") else ""), written)]) if written else None

    return make


def _paging(random: Random, scene: Scene) -> tuple[str, Params] | None:
    made = random.choice([_sort_two, _sort("date", ""), _sort("string", "-"), _and])(random, scene)
    return made and (made[0], [*made[1], ("_count", str(random.randint(1, 5)))])


def _total(random: Random, scene: Scene) -> tuple[str, Params] | None:
    made = random.choice([_and, _and_not, _chain("typed"), _has("has")])(random, scene)
    counted = random.choice([("_summary", "count"), ("_total", "accurate"), ("_count", "0")])
    return made and (made[0], [*made[1], counted])


TOKEN_FORMS = ("code", "system|code", "|code", "system|")
CELLS: dict[str, Maker] = {
    **{f"token {form}": _single("token", _token(form)) for form in TOKEN_FORMS},
    **{f"token :not {form}": _single("token", _token(form), ":not") for form in TOKEN_FORMS},
    "token :of-type": _single("token", _token("of-type"), ":of-type"),
    "token or": _any_of("token", _token("code")),
    "token :not or": _any_of("token", _token("code"), ":not"),
    **{
        f"reference {form}": _single("reference", _link(form))
        for form in ("id", "Type/id", "Type/id/_history", "address")
    },
    **{f"reference {form}": _single("reference", _link(form)) for form in ("canonical", "canonical|version")},
    "reference :Type": _typed,
    **{f"reference :identifier {f}": _single("reference", _identifier(f), ":identifier") for f in TOKEN_FORMS},
    "reference or": _any_of("reference", _link("Type/id")),
    "string": _single("string", _words("start")),
    "string :contains": _single("string", _words("contains"), ":contains"),
    "string :exact": _single("string", _words("exact"), ":exact"),
    "string or": _any_of("string", _words("start")),
    "uri": _single("uri", _uri),
    "uri or": _any_of("uri", _uri),
    **{f"number {p or 'none'}": _single("number", _amount(p, "bare")) for p in ("", *PREFIXES)},
    "number or": _any_of("number", _amount("", "bare")),
    **{
        f"quantity {p or 'none'} {form}": _single("quantity", _amount(p, form))
        for p in ("", *PREFIXES)
        for form in ("bare", "system|code", "||code")
    },
    "quantity or": _any_of("quantity", _amount("", "system|code")),
    **{f"date {p or 'none'}": _single("date", _moment(p)) for p in ("", *PREFIXES)},
    "date or": _any_of("date", _moment("")),
    **{
        f"{kind} :missing={written}": _missing(kind, written)
        for kind in ("token", "reference", "string", "uri", "number", "quantity", "date")
        for written in ("true", "false")
    },
    "composite token$token": _composite("token"),
    "composite token$string": _composite("string"),
    "composite token$reference": _composite("reference"),
    "composite token$number$number": _composite("number"),
    **{f"composite token$quantity {p or 'none'}": _composite("quantity", p) for p in ("", *PREFIXES)},
    **{f"composite token$date {p or 'none'}": _composite("date", p) for p in ("", *PREFIXES)},
    "_id": _ids,
    **{f"_lastUpdated {p or 'none'}": _updated(p) for p in ("", *PREFIXES)},
    **{f"{code} {form}": _common(code, form) for code in ("_tag", "_security") for form in (*TOKEN_FORMS, ":not code")},
    **{code: _common(code, "", "uri") for code in ("_profile", "_source")},
    "and": _and,
    "and same parameter": _and_same,
    "and :not": _and_not,
    "patient and code": _of_patient,
    "chain typed": _chain("typed"),
    "chain untyped": _chain("untyped"),
    "chain nested": _chain("nested"),
    "chain :not": _chain_modifier("not"),
    "chain :missing": _chain_modifier("missing"),
    **{f"_has {form}": _has(form) for form in ("has", "has chain", "has has", "chain has")},
    **{
        f"_sort {sign}{kind}": _sort(kind, sign)
        for kind in ("token", "reference", "string", "uri", "number", "quantity", "date")
        for sign in ("", "-")
    },
    "_sort several": _sort_two,
    **{f"_include {form}": _include(form) for form in ("param", "param:type", "*")},
    **{f"_revinclude {form}": _revinclude(form) for form in ("param", "param:type", "*")},
    "_count and next": _paging,
    "_total": _total,
}


def ask(random: Random, scene: Scene, cell: str) -> Asked | None:
    """One query of a cell; None when this world gives nothing to ask."""
    if cell.startswith("compartment"):
        return _within(random, scene, cell.split()[1])
    try:
        made = CELLS[cell](random, scene)
    except (IndexError, KeyError):  # nothing of that kind to choose from
        return None
    return Asked(cell, made[0], made[1]) if made and made[1] else None


def _within(random: Random, scene: Scene, kind: str) -> Asked | None:
    members = [
        (start[0], end) for start, code, end in scene.links
        if end[0] == kind and code in definitions().compartment(kind).get(start[0], ())
    ]  # fmt: skip
    if not members:
        return None
    member, focus = random.choice(members)
    return Asked(f"compartment {kind}", member, [], focus)


ALL_CELLS = [*CELLS, "compartment Patient", "compartment Encounter", "compartment Practitioner"]
