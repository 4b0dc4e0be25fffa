from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.customers.models import User


class SignupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, required=False)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
