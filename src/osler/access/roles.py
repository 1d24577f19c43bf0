"""The roles: built in, each a policy in `builtin/<role>.toml`, and those a practice adds in its data folder."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from osler.access.policies import Policy, load_policy
from osler.core.errors import Invalid

ROLE_NAMES = ("physician", "nurse", "front_desk", "biller", "auditor", "administrator", "client", "system")
STAFF_ROLES = ROLE_NAMES[:6]
"""Built-in roles that a person may be given."""


@lru_cache(maxsize=1)
def built_in_roles() -> dict[str, Policy]:
    folder = files(__package__ or "").joinpath("builtin")
    return {name: load_policy(folder.joinpath(f"{name}.toml").read_text("utf-8")) for name in ROLE_NAMES}


_added: dict[str, Policy] = {}


def add_roles(folder: Path) -> list[str]:
    """Read a practice's own roles, one `<role>.toml` each, in place of those read before; gives their names.

    Called when a process starts. Raises Invalid, naming the file, for one that cannot be read or takes a built-in name.
    """
    found: dict[str, Policy] = {}
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            policy = load_policy(path.read_text("utf-8"))
        except (Invalid, UnicodeDecodeError) as error:
            raise Invalid(f"The role in {path.name} cannot be read: {error}") from error
        if policy.name != path.stem or policy.name in ROLE_NAMES:
            raise Invalid(f"The role in {path.name} must have the file's name, and none that is built in.")
        found[policy.name] = policy
    _added.clear()
    _added.update(found)
    return list(found)


def staff_roles() -> tuple[str, ...]:
    """Names of the roles that a person may be given."""
    return (*STAFF_ROLES, *_added)


def role(name: str) -> Policy:
    """The policy of a role. Raises Invalid when there is no such role."""
    policy = built_in_roles().get(name) or _added.get(name)
    if policy is None:
        raise Invalid(f"There is no role “{name}”. Roles: {', '.join(staff_roles())}.")
    return policy
