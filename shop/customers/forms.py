"""Forms about a person. Log-in, sign-up and password forms are django-allauth's."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.customers.models import User


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail address and password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("What we and the chat call you. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {"name": _("What we and the chat call you.")}
