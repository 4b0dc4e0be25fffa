from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from shop.basket.summary import Summary
from shop.checkout.models import ShippingMethod
from shop.checkout.placing import Details
from shop.orders.countries import country_choices

POSTCODE = RegexValidator(re.compile(r"^[0-9A-Za-z][0-9A-Za-z -]{1,14}$"), _("This does not look like a postcode."))
PHONE = RegexValidator(re.compile(r"^[+(]?[0-9][0-9 ()./-]{4,30}$"), _("This does not look like a telephone number."))
LETTERS = RegexValidator(re.compile(r"\w"), _("Write at least one letter or digit."))


def _text(label: Any, complete: str, *, most: int, required: bool = True, **options: Any) -> forms.CharField:
    validators = options.pop("validators", [LETTERS])
    widget = forms.TextInput(attrs={"autocomplete": complete})
    return forms.CharField(
        label=label, max_length=most, required=required, widget=widget, validators=validators, **options
    )


class DetailsForm(forms.Form):
    """Who orders, where it goes, and how. The ways of sending offered are those that serve the chosen country."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Your order's link goes there."),
    )
    name = _text(_("Name"), "shipping name", most=200)
    company = _text(_("Company"), "shipping organization", most=200, required=False)
    street = _text(_("Street and number"), "shipping address-line1", most=200)
    street2 = _text(_("Flat, floor, entrance"), "shipping address-line2", most=200, required=False)
    postcode = _text(_("Postcode"), "shipping postal-code", most=15, validators=[POSTCODE])
    city = _text(_("Town"), "shipping address-level2", most=100)
    region = _text(_("Region"), "shipping address-level1", most=100, required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=[], widget=forms.Select(attrs={"autocomplete": "shipping country"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        validators=[PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Only for the delivery."),
    )
    shipping_method = forms.ModelChoiceField(
        ShippingMethod.objects.none(),
        label=_("Shipping"),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how it shall travel."),
            "invalid_choice": _("It cannot travel that way to this country. Choose another."),
        },
    )

    def __init__(self, *args: Any, summary: Summary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.summary = summary
        country: Any = self.fields["country"]
        country.choices = [("", _("Choose a country")), *country_choices()]
        self.offered = self._offered()
        method: Any = self.fields["shipping_method"]
        method.queryset = ShippingMethod.objects.filter(pk__in=[offer.pk for offer in self.offered])

    def _offered(self) -> list[ShippingMethod]:
        given = self.data.get("country") if self.is_bound else self.initial.get("country")
        country = str(given or "")[:2]
        weight = self.summary.weight_grams
        methods = ShippingMethod.objects.offered()
        return [method for method in methods if method.serves(country=country, weight_grams=weight)]

    @property
    def offers(self) -> list[dict[str, Any]]:
        """The ways of sending with what each costs, for the template."""
        chosen = self["shipping_method"].value()
        goods, needed = self.summary.goods_total, self.summary.needs_shipping
        return [
            {
                "method": method,
                "cost": method.cost(goods_total=goods, needs_shipping=needed),
                "chosen": method.code == chosen or (not chosen and method is self.offered[0]),
            }
            for method in self.offered
        ]

    def details(self) -> Details:
        words = {field: self.cleaned_data[field] for field in Details.__dataclass_fields__}
        return Details(**words)


class PlaceForm(forms.Form):
    """What the review page carries: which checkout it is, and a word for what it showed."""

    checkout_key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=100, widget=forms.HiddenInput)
