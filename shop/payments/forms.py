from django import forms
from django.utils.translation import gettext_lazy as _

SECOND_STEP_CODE = "123"


class DecisionForm(forms.Form):
    """What the sandbox's visitor decides, and how the shop shall hear of it."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("decline", ""), ("second_step", ""), ("code", "")])
    code = forms.CharField(label=_("Code"), max_length=10, required=False)
    news = forms.ChoiceField(
        label=_("The shop hears of it"),
        choices=[
            ("once", _("at once")),
            ("late", _("after 20 seconds")),
            ("twice", _("at once, and twice")),
            ("out_of_order", _("out of order: first that it was declined")),
        ],
        required=False,
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if self.cleaned_data.get("decision") == "code" and code != SECOND_STEP_CODE:
            raise forms.ValidationError(_("This is not the code. In the sandbox it is always 123."))
        return code
