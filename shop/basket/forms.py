from django import forms
from django.utils.translation import gettext_lazy as _

from shop.basket.contents import MAX_QUANTITY
from shop.catalogue.models import Variant


class AddForm(forms.Form):
    variant = forms.ModelChoiceField(
        Variant.objects.select_related("product"),
        error_messages={"required": _("Choose one first."), "invalid_choice": _("This is no longer on sale.")},
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_QUANTITY, required=False)

    def clean_quantity(self) -> int:
        return self.cleaned_data["quantity"] or 1


class ChangeForm(forms.Form):
    quantity = forms.IntegerField(label=_("Quantity"), min_value=0, max_value=MAX_QUANTITY)
