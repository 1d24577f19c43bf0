"""The built-in roles, each a policy in `builtin/<role>.toml`; a practice may add its own beside them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from osler.access.policies import Policy, load_policy
from osler.core.errors import Invalid

ROLE_NAMES = ("physician", "nurse", "front_desk", "biller", "auditor", "administrator", "client", "system")
STAFF_ROLES = ROLE_NAMES[:6]
"""Roles that a person may be given."""


@lru_cache(maxsize=1)
def built_in_roles() -> dict[str, Policy]:
    folder = files(__package__ or "").joinpath("builtin")
    return {name: load_policy(folder.joinpath(f"{name}.toml").read_text("utf-8")) for name in ROLE_NAMES}


def role(name: str) -> Policy:
    """The policy of a role. Raises Invalid when there is no such role."""
    try:
        return built_in_roles()[name]
    except KeyError:
        raise Invalid(f"There is no role “{name}”. Roles: {', '.join(STAFF_ROLES)}.") from None
