"""Forms about a person, on top of django-allauth's."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import (
    add_email_verification_sent_message,
    send_verification_email_to_address,
)
from allauth.account.models import EmailAddress
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from shop.customers.mailboxes import forget_wishes, is_taken, tell_owner
from shop.customers.models import User

# As the checkout calls it.
ADDRESS = _("E-mail address")


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = ADDRESS


class ResetPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS


class SignupForm(account_forms.SignupForm):
    """Asks for a name, too; and does not say on the page that an address has an account, but in a mail to it.

    What still shows is that a new address is signed in at once: the price of not making people confirm it first.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("What we and the chat call you. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = is_taken(value)
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        email = self.cleaned_data["email"]
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:  # the same address, a moment earlier
                if not is_taken(email):
                    raise
        tell_owner(request=request, email=email)
        return None, get_adapter(request).respond_email_verification_sent(request, None)

    def save(self, request: HttpRequest) -> User:
        user = cast(User, super().save(request))
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        forget_wishes(email=user.email, owner=user)
        return user


class ChangeEmailForm(account_forms.AddEmailForm):
    """The address to change to. The old one stays in its place until the new one is confirmed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS

    @transaction.atomic
    def save(self, request: HttpRequest) -> EmailAddress:
        email, user = self.cleaned_data["email"], cast(User, self.user)
        former_wishes = EmailAddress.objects.filter(user=user, verified=False, primary=False)
        former_wishes.exclude(email=user.email).delete()
        wish = EmailAddress(user=user, email=email)
        if is_taken(email, besides=user):
            tell_owner(request=request, email=email)
            add_email_verification_sent_message(request, email, signup=False)
        else:
            wish.save()
            send_verification_email_to_address(request, wish)
        return wish


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts: dict[str, Any] = {"name": _("What we and the chat call you.")}
