"""Forms for people who keep the catalogue: what they upload and write is checked here, beside the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from shop.catalogue.descriptions import sanitise
from shop.catalogue.models import Picture, Product
from shop.catalogue.pictures import PictureRefused, prepare
from shop.catalogue.renditions import Prepared


def _is_words(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())


class PictureForm(forms.ModelForm[Picture]):
    """A new picture with its file, or the texts of one that is there; a file is never exchanged under its texts."""

    upload = forms.FileField(label=_("File"), required=False, help_text=_("JPEG, PNG, WebP, AVIF or GIF."))
    content: bytes = b""
    prepared: Prepared | None = None

    class Meta:
        model = Picture
        fields = ["position", "alt", "alt_translations"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alt_translations"].required = False
        if self.instance.pk:
            self.fields["upload"].disabled = True

    def clean_alt_translations(self) -> dict[str, str]:
        texts: Any = self.cleaned_data["alt_translations"] or {}
        if not _is_words(texts):
            raise forms.ValidationError(_('Write {"es": "..."}.'))
        return dict(texts)

    def clean_upload(self) -> UploadedFile[bytes] | None:
        """Decodes and encodes at once: a picture is refused while its form can still say so."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        if upload is None:
            if not self.instance.pk and self.has_changed():
                raise forms.ValidationError(_("Choose a file."))
            return None
        self.content = upload.read()
        try:
            self.prepared = prepare(self.content, filename=upload.name or "")
        except PictureRefused as error:
            raise forms.ValidationError(str(error)) from error
        return upload


class DescriptionForm(forms.ModelForm[Product]):
    class Meta:
        model = Product
        fields = "__all__"  # noqa: DJ007 - the admin names the fields

    def clean_description(self) -> str:
        return sanitise(self.cleaned_data["description"])

    def clean_translations(self) -> dict[str, dict[str, str]]:
        translations: Any = self.cleaned_data["translations"] or {}
        if not isinstance(translations, dict) or not all(map(_is_words, translations.values())):
            raise forms.ValidationError(_('Write {"es": {"name": "...", "description": "..."}}.'))
        for words in translations.values():
            if "description" in words:
                words["description"] = sanitise(words["description"])
        return translations
