"""Values as they would be asked for: read off what a world holds, then escaped, cut, widened or bent a little."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from osler.store.reference.codes import Code, codes
from osler.store.reference.links import target
from osler.store.reference.nodes import Node
from osler.store.reference.numbers import Amount, amounts
from osler.store.reference.text import texts


def escape(value: str) -> str:
    for character in "\\,|$":
        value = value.replace(character, "\\" + character)
    return value


def token(random: Random, node: Node, form: str) -> str | None:
    """A code of the node in one of the four written forms; None when the node has no code that can be written so."""
    found = [code for code in codes(node) if _writable(code, form)]
    if not found:
        return None
    code = random.choice(found)
    held = escape(_bent(random, code))
    system = escape(code.system or "")
    return {"code": held, "system|code": f"{system}|{held}", "|code": f"|{held}", "system|": f"{system}|"}[form]


def _writable(code: Code, form: str) -> bool:
    if form == "system|":
        return bool(code.system)
    return code.code is not None and (form == "code" or (form == "|code") == (not code.system))


def _bent(random: Random, code: Code) -> str:
    """Telephone numbers and addresses in another case, which must not matter."""
    held = code.code or ""
    return random.choice([held, held.upper(), held.lower()]) if code.folded else held


def of_type(node: Node) -> str | None:
    kinds = [c for c in node.held.get("type", {}).get("coding", []) if c.get("system") and c.get("code")]
    if node.type != "Identifier" or not kinds or "value" not in node.held:
        return None
    return "|".join(escape(part) for part in (kinds[0]["system"], kinds[0]["code"], node.held["value"]))


def link(random: Random, node: Node, form: str) -> str | None:
    """The node's reference as an id, a relative reference, a version of it, an address, or a canonical."""
    if isinstance(node.value, str):
        held = node.value.partition("#")[0]
        url, _, version = held.partition("|")
        if form == "canonical":
            return escape(url)
        return f"{escape(url)}|{escape(version)}" if form == "canonical|version" and version else None
    key, written = target(node, ""), str(node.held.get("reference", ""))
    if form == "address":
        return escape(written) if key is None and ":" in written else None
    if key is None:
        return None
    return {"id": key[1], "Type/id": "/".join(key), "Type/id/_history": f"{'/'.join(key)}/_history/7"}.get(form)


def words(random: Random, node: Node, form: str) -> str | None:
    """Part of a text of the node: its beginning in another case, a piece of the middle, or all of it."""
    found = [text for text in texts(node) if any(c.isalnum() for c in text)]
    if not found:
        return None
    text = random.choice(found)
    if form == "exact":
        return escape(text)
    start = random.randrange(len(text)) if form == "contains" else 0
    piece = text[start : start + random.randint(2, 8)]
    piece = random.choice([piece, piece.upper(), piece.lower(), piece.swapcase()])
    return escape(piece) if any(c.isalnum() for c in piece) else escape(text)


def amount(random: Random, node: Node, prefix: str, form: str) -> str | None:
    """A number at, near or well away from the node's, with or without its unit."""
    found = amounts(node)
    if not found:
        return None
    held = random.choice(found)
    number = _near(random, held)
    if form == "bare":
        return f"{prefix}{number}"
    if form == "system|code":
        return f"{prefix}{number}|{escape(held.system)}|{escape(held.code)}" if held.system and held.code else None
    unit = random.choice([u for u in (held.code, held.unit) if u] or [""])
    return f"{prefix}{number}||{escape(unit)}" if unit else None


def _near(random: Random, held: Amount) -> str:
    value = held.lo if held.lo is not None else held.hi or Decimal(0)
    if random.random() < 0.3 and (edges := _edges(value)):
        return random.choice(edges)
    bent = random.choice([value, value, value, value + 1, value - 1, value * 2, -value])
    shown = random.choice(
        [str(bent), f"{bent:f}", f"{bent:f}", f"{float(bent):.1f}", f"{float(bent):.1e}", f"{float(bent):.0f}"]
    )
    return shown.replace("E", "e")


def _edges(value: Decimal) -> list[str]:
    """Numbers written so that the value is just where what they span ends or begins: 5.4 and 5.5 for 5.45."""
    edges: list[str] = []
    for exponent in range(-8, 4):
        unit = Decimal(1).scaleb(exponent)
        edges += [
            f"{edge / unit:.0f}e{exponent}" for edge in (value - unit / 2, value + unit / 2) if edge % unit == 0
        ] if abs(value) < 10**12 else []  # fmt: skip
    return edges


def moment(random: Random, node: Node, prefix: str) -> str | None:
    """A date of the node, whole or cut to a year, month or day, or the year before or after."""
    written = dates_in(node)
    if not written:
        return None
    held = random.choice(written)
    lengths = [n for n in (4, 7, 10) if n <= len(held)]
    cut = held[: random.choice(lengths)]
    return f"{prefix}{random.choice([held, held, cut, _neighbour(cut, -1), _neighbour(cut, 1)])}"


def _neighbour(cut: str, years: int) -> str:
    return f"{min(max(int(cut[:4]) + years, 1), 9999):04d}{cut[4:7]}"


def dates_in(node: Node) -> list[str]:
    """Every date written anywhere in a date, Period or Timing."""
    if isinstance(node.value, str):
        return [node.value] if node.type in ("date", "dateTime", "instant") else []
    if node.type == "Timing":
        bounds = node.held.get("repeat", {}).get("boundsPeriod", {})
        return [*node.held.get("event", []), *bounds.values()]
    return [v for k, v in node.held.items() if k in ("start", "end")] if node.type == "Period" else []
