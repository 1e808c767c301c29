"""allauth's forms for codes, in our words."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms


class _InOurWords(forms.Form):
    help_text = "Six digits from your app. If you do not have it with you, type one of your recovery codes."

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        code = self.fields["code"]
        code.label, code.help_text = "Code", self.help_text
        code.error_messages["required"] = "Enter the code."
        code.widget.attrs = {"autocomplete": "one-time-code", "class": "govuk-input--width-10", "spellcheck": "false"}


class CodeForm(_InOurWords, AuthenticateForm):
    """The code at sign-in."""


class CodeAgainForm(_InOurWords, ReauthenticateForm):
    """The code again, before something protected."""


class FirstCodeForm(_InOurWords, ActivateTOTPForm):
    """The first code of a new app, which shows that it was set up."""

    help_text = "Six digits, shown by the app once it has read the picture or the key."
