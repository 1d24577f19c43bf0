"""One's own account: codes off and on, a device being set up, recovery codes."""

from __future__ import annotations

from osler.interfaces.web.components.account import AccountView, Enrolment, RecoveryCodes
from osler.interfaces.web.components.forms import FieldGroup, FormField, FormView


def _password(id_: str, submit: str, error: str = "", *, danger: bool = False) -> FormView:
    field = FormField(
        "password", "Your password, once more", "password", autocomplete="current-password", required=True, error=error
    )
    return FormView(id_, submit, "/account/codes", (FieldGroup((field,)),), submit, danger=danger)


ACCOUNTS = {
    "codes off": AccountView("Dr Adaeze Okafor", "okafor", False, _password("ui-codes-off", "Set up one-time codes")),
    "codes on, password wrong": AccountView(
        "Dr Adaeze Okafor", "okafor", True,
        _password("ui-codes-on", "Set up another device", "The password is not right."),
        _password("ui-codes-remove", "Turn off", danger=True),
    ),
}  # fmt: skip

_CODE = FormField(
    "code", "Code that the app shows", "code", required=True, hint="Six digits; they change twice a minute"
)
ENROLMENTS = {
    "a device being set up": Enrolment(
        "otpauth://totp/Osler:okafor?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Osler",
        "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
        FormView("ui-confirm", "Confirm", "/account/codes/confirm", (FieldGroup((_CODE,)),), "Turn on", "/account"),
    )
}
RECOVERY = {"shown once": RecoveryCodes(tuple(f"k7m2{letter}-9wq4t" for letter in "abcdefghjk"), "/account")}
