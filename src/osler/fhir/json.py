"""FHIR JSON to Python and back: strict on the way in, and number for number the same on the way out.

Objects are dicts in the order written, integers int of any size, every other number Decimal with its digits kept (see
`datatypes.decimals`). The one thing not kept is white space.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec

from osler.core.errors import Invalid
from osler.fhir.datatypes.decimals import WrittenDecimal, parse_decimal

MAX_DEPTH = 100

_LARGE = 10_000
_NO_SHAPE = bytes(set(range(256)) - set(b'"{}[]'))
_TEXT_WITH_BRACKETS = re.compile(rb'"[^"]*"')
_ESCAPE = re.compile(rb"\\.")
_MAYBE_NUL = re.compile(rb"\\u0000")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_ELEMENT_NAME = re.compile(r"[A-Za-z_]{1,64}")
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_REASON = re.compile(r"^(?:JSON is malformed: )?(.*?)(?: \(byte \d+\)| - at .*)?$")


class _OutOfRange(ValueError):
    def __init__(self, token: str) -> None:
        super().__init__("number out of range")
        self.token = token


def decode(data: bytes | str) -> Any:
    """What the JSON says.

    Raises Invalid, with line and column where they are known, for anything RFC 8259 does not allow, and also for
    duplicate keys, NUL characters, lone surrogates, numbers of thousands of digits and nesting deeper than 100.
    """
    raw = _as_bytes(data)
    try:
        value = _decoder.decode(raw)
    except _OutOfRange as error:
        raise _refusal("a number is out of range", raw, raw.find(error.token.encode())) from None
    except msgspec.DecodeError as error:
        raise _malformed(error, raw) from None
    except UnicodeDecodeError:
        raise _not_utf8(raw) from None
    except RecursionError:
        raise _too_deep() from None
    _check_depth(value, raw)
    _check_text(raw)
    _check_keys(value, raw)
    return value


def reread(data: bytes) -> Any:
    """What `encode` once wrote, in a third of the time: it was checked on its way in, and is not checked again."""
    return _decoder.decode(data)


def encode(value: Any) -> bytes:
    """Compact JSON in UTF-8, keys in their order, numbers as they were written."""
    return _encoder.encode(value)


def _float(token: str) -> Decimal:
    try:
        return parse_decimal(token)
    except ValueError:
        raise _OutOfRange(token) from None


def _written(value: Any) -> msgspec.Raw:
    if isinstance(value, WrittenDecimal):
        return msgspec.Raw(value.written.encode())
    raise TypeError(f"{type(value).__name__} has no FHIR JSON form")


_decoder = msgspec.json.Decoder[Any](float_hook=_float)
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_written)


def _as_bytes(data: bytes | str) -> bytes:
    if isinstance(data, bytes):
        return data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.encode()
    except UnicodeEncodeError as error:
        raise _refusal("it holds half of a surrogate pair", data[: error.start].encode(), error.start) from None


def _check_depth(value: Any, raw: bytes) -> None:
    if not _is_surely_shallow(raw) and is_deep(value):
        raise _too_deep()


def _is_surely_shallow(raw: bytes) -> bool:
    """Tells from the text, three times faster than a walk through the values, where the text allows to tell."""
    if len(raw) < _LARGE:
        return raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH
    if b"\\" in raw:
        raw = _ESCAPE.sub(b"", raw)
    shape = _TEXT_WITH_BRACKETS.sub(b"", raw.translate(None, _NO_SHAPE).replace(b'""', b""))
    for _ in range(MAX_DEPTH // 2):  # one turn takes two levels at most
        if not shape:
            return True
        shape = shape.replace(b"{}", b"").replace(b"[]", b"")
    return not shape


def is_deep(value: Any) -> bool:
    """Whether a decoded value is nested deeper than MAX_DEPTH. Level by level rather than by recursion, so that the answer
    does not depend on the stack."""
    dicts, lists = [[each] if isinstance(value, kind) else [] for kind, each in ((dict, value), (list, value))]
    for _ in range(MAX_DEPTH):
        values = list(chain(chain.from_iterable(map(dict.values, dicts)), chain.from_iterable(lists)))
        dicts = [each for each in values if type(each) is dict]
        lists = [each for each in values if type(each) is list]
        if not dicts and not lists:
            return False
    return True


def _check_text(raw: bytes) -> None:
    """PostgreSQL text cannot hold NUL. A raw one is not JSON anyway; this finds the escaped."""
    if b"\\" in raw and _MAYBE_NUL.search(raw) and (found := _NUL.search(raw)):
        raise _refusal("text must not hold NUL characters", raw, found.start())


def _check_keys(value: Any, raw: bytes) -> None:
    """The decoder keeps the last of two equal keys. Then what it holds, written out, is shorter than what was read; and
    unless a colon is written as an escape, has fewer colons. Either being the same proves that nothing was lost."""
    output = _encoder.encode(value)
    if len(output) == len(raw) or (output.count(b":") == raw.count(b":") and not (b"\\" in raw and b"\\u003" in raw)):
        return
    json.loads(raw, object_pairs_hook=_distinct, parse_float=str, parse_int=str)


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            name = f"“{key}”" if _ELEMENT_NAME.fullmatch(key) else "A key"
            raise Invalid(f"The JSON cannot be used: {name} is given twice in one object.")
        seen.add(key)


def _malformed(error: msgspec.DecodeError, raw: bytes) -> Invalid:
    text = str(error)
    if "out of range" in text:
        return _refusal("a number is out of range", raw, -1)
    at = _AT_BYTE.search(text)
    reason = _REASON.match(text)
    if "truncated" in text:
        return _refusal("it ends too early", raw, len(raw))
    return _refusal(reason[1] if reason else "it is malformed", raw, int(at[1]) if at else -1)


def _not_utf8(raw: bytes) -> Invalid:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return _refusal("it is not UTF-8", raw, error.start)
    return _refusal("it is not UTF-8", raw, -1)


def _too_deep() -> Invalid:
    return Invalid(f"The JSON cannot be used: it is nested more than {MAX_DEPTH} levels deep.")


def _refusal(reason: str, raw: bytes, at: int) -> Invalid:
    return Invalid(f"The JSON cannot be used: {reason}{_place(raw, at)}.")


def _place(raw: bytes, at: int) -> str:
    if at < 0:
        return ""
    before = raw[:at].decode(errors="replace")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f" (line {line}, column {column})"
