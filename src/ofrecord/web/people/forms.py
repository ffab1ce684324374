"""The forms of people, of API clients, and of a firm's profile."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.journal import clock
from ofrecord.parties.clients import LONGEST_NAME
from ofrecord.parties.edit_firm import LONGEST
from ofrecord.parties.models import RoleName
from ofrecord.parties.people import invite
from ofrecord.parties.scopes import HELD_BY, SCOPES

ROLE = gettext_lazy("Role")
CHOOSE_ROLE = {
    "required": gettext_lazy("Choose a role."),
    "invalid_choice": gettext_lazy("Choose a role."),
}
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def role_choices(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Roles with what they are called."""
    names = dict(RoleName.choices)
    return [(role, str(names[RoleName(role)])) for role in roles]


class InviteForm(forms.Form):
    """Whom, and in which role; at the vendor's door also where."""

    belongs_to = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
        help_text=gettext_lazy(
            "“vendor” for our own staff, or the account number of a partner or an account that "
            "has no admin yet."
        ),
        error_messages={"required": gettext_lazy("Say where: “vendor”, or an account number.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=invite.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give the person's name.")},
    )
    email = forms.CharField(
        label=gettext_lazy("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The address with which they sign in."),
        error_messages={"required": gettext_lazy("Enter the email address.")},
    )
    role = forms.ChoiceField(
        label=ROLE, widget=forms.RadioSelect, choices=(), error_messages=CHOOSE_ROLE
    )

    def __init__(self, *args: Any, roles: Sequence[str], elsewhere: bool = False, **given: Any):
        super().__init__(*args, **{**given, "use_required_attribute": False})
        cast(forms.ChoiceField, self.fields["role"]).choices = role_choices(roles)
        if not elsewhere:
            del self.fields["belongs_to"]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0]


class RoleForm(forms.Form):
    """The other role that somebody gets."""

    to = forms.ChoiceField(label=ROLE, widget=forms.RadioSelect, error_messages=CHOOSE_ROLE)

    def __init__(self, *args: Any, roles: Sequence[str], **given: Any):
        super().__init__(*args, **{**given, "use_required_attribute": False})
        cast(forms.ChoiceField, self.fields["to"]).choices = role_choices(roles)


class NewcomerForm(forms.Form):
    """What somebody who is new chooses with the link of an invitation."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=invite.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Give your name.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )
    again = forms.CharField(
        label=gettext_lazy("Password, once more"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Enter the password once more.")},
    )

    def __init__(self, *args: Any, **given: Any):
        super().__init__(*args, **{**given, "use_required_attribute": False})
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("The two are not the same."))
        return given


class ClientForm(forms.Form):
    """What a system is called, what it may do, from where, and until when."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=PLAIN),
        help_text=gettext_lazy("What people call the system, such as “ERP”."),
        error_messages={"required": gettext_lazy("Give the client a name.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    networks = forms.CharField(
        label=gettext_lazy("From where"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "number"}),
        help_text=gettext_lazy(
            "Addresses or networks such as 192.0.2.0/24, one a line. Empty: from anywhere."
        ),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Until the end of which day it works. Empty: until it is revoked."),
    )

    def __init__(self, *args: Any, kind: str, **given: Any):
        super().__init__(*args, **{**given, "use_required_attribute": False})
        known = [(scope, f"{scope} – {SCOPES[scope]}") for scope in HELD_BY[kind]]
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = known

    def clean_networks(self) -> list[str]:
        return [each for each in re.split(r"[\s,;]+", self.cleaned_data["networks"]) if each]

    @property
    def expires_at(self) -> Any:
        """The end of the last day, by the vendor's zone."""
        day = self.cleaned_data["ends_on"]
        return clock.midnight(day + timedelta(days=1)) if day else None


class FirmForm(forms.Form):
    """What a firm says of itself."""

    email = forms.CharField(
        label=gettext_lazy("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Letters to the firm go there, and customers see it."),
        error_messages={"required": gettext_lazy("Enter the email address.")},
    )
    website = forms.CharField(
        label=gettext_lazy("Website"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", **PLAIN}),
    )
    street = forms.CharField(label=gettext_lazy("Street"), max_length=LONGEST, required=False)
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"), max_length=LONGEST, required=False
    )
    city = forms.CharField(label=gettext_lazy("City"), max_length=LONGEST, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of letters"), choices=settings.LANGUAGES
    )

    def __init__(self, *args: Any, **given: Any):
        super().__init__(*args, **{**given, "use_required_attribute": False})
