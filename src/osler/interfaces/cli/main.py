"""The `osler` command. One file per command group; each has `register(app)`."""

from __future__ import annotations

import importlib
import sys

import typer
from pydantic import ValidationError

from osler.core.errors import OslerError
from osler.interfaces.cli.exit_codes import exit_code

GROUPS = ("demo", "server", "worker", "backup", "users", "tokens", "audit", "records", "load")
"""Modules beside this one, in the order of the help page. They import what they need inside their commands: `osler
version` must not load the record."""

app = typer.Typer(
    name="osler",
    help="One health record: FHIR R4 inside, EMR, EHR and eMAR outside.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for _name in GROUPS:
    importlib.import_module(f"osler.interfaces.cli.{_name}").register(app)


def main() -> None:
    """Runs a command; what goes wrong is one line on standard error and an exit code."""
    try:
        app()
    except OslerError as error:
        _tell(error.message)
        sys.exit(exit_code(error))
    except ValidationError as error:
        for each in error.errors():
            _tell(f"{_setting('_'.join(map(str, each['loc'])))}: {each['msg']}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _setting(name: str) -> str:
    """How it is given: by a flag of this command, else in the environment."""
    flag = f"--{name.replace('_', '-')}"
    given = any(each.partition("=")[0] == flag for each in sys.argv)
    return flag if given else f"OSLER_{name.upper()}"


def _tell(message: str) -> None:
    sys.stderr.write(f"osler: {message}\n")


if __name__ == "__main__":
    main()
