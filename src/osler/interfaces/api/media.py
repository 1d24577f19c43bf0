"""Which form of FHIR a client sends and wants (R4 http.html, content types and encodings). Osler speaks JSON."""

from __future__ import annotations

from functools import lru_cache

from osler.interfaces.api.outcome import HttpError

FHIR_JSON = b"application/fhir+json; charset=utf-8"
PLAIN_JSON = b"application/json; charset=utf-8"
JSON_PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"

_JSON = {"application/fhir+json", "application/json", "text/json", "application/json+fhir", "json"}
_R4 = {"4.0", "4.0.0", "4.0.1", "r4"}


@lru_cache(maxsize=256)
def wanted(accept: str, format_: str) -> bytes:
    """The Content-Type to answer with. `_format` goes over Accept. Raises HttpError 406 when JSON will not do."""
    if format_:
        name, parameters = split(format_.replace(" ", "+"))
        if name not in _JSON or not _right_version(parameters):
            raise _not_acceptable("_format")
        return PLAIN_JSON if name in ("application/json", "text/json") else FHIR_JSON
    best, best_weight = b"", 0.0
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        name, parameters = split(part)
        weight = _weight(parameters)
        offered = _offer(name) if _right_version(parameters) else b""
        if offered and weight > best_weight:
            best, best_weight = offered, weight
    if not best:
        raise _not_acceptable()
    return best


def _offer(name: str) -> bytes:
    if name in ("*/*", "application/*", "application/fhir+json", "application/json+fhir"):
        return FHIR_JSON
    return PLAIN_JSON if name in ("application/json", "text/json", "text/*") else b""


@lru_cache(maxsize=256)
def check_sent(content_type: str, *, allowed: frozenset[str] = frozenset(_JSON)) -> str:
    """The media type of a request body, without parameters. Raises HttpError 415 for one that cannot be read here."""
    name, parameters = split(content_type)
    if not name:
        return ""
    charset = parameters.get("charset", "utf-8").strip('"').lower()
    if name not in allowed or charset not in ("utf-8", "utf8", "us-ascii") or not _right_version(parameters):
        kinds = ", ".join(
            sorted(each for each in allowed if "/" in each and "+fhir" not in each and "text" not in each)
        )
        raise HttpError(415, f"Send the body as {kinds}, in UTF-8.", code="not-supported", path="Content-Type")
    return name


def is_json(name: str) -> bool:
    return name in _JSON


def takes(accept: str, kind: str) -> bool:
    """Whether an Accept header names this media type, itself or by `type/*`."""
    name = split(kind)[0]
    accepted = {given for given, parameters in map(split, accept.split(",")) if _weight(parameters) > 0}
    return bool(name) and bool(accepted & {name, f"{name.partition('/')[0]}/*"})


def split(text: str) -> tuple[str, dict[str, str]]:
    """A media type in lower case, and its parameters."""
    name, *rest = text.split(";")
    pairs = (part.partition("=") for part in rest)
    return name.strip().lower(), {key.strip().lower(): value.strip() for key, _, value in pairs}


def _right_version(parameters: dict[str, str]) -> bool:
    return parameters.get("fhirversion", "4.0").strip('"').lower() in _R4


def _weight(parameters: dict[str, str]) -> float:
    try:
        return float(parameters.get("q", "1"))
    except ValueError:
        return 0.0


def _not_acceptable(where: str = "Accept") -> HttpError:
    return HttpError(406, "Osler answers in application/fhir+json (FHIR R4) only.", code="not-supported", path=where)
