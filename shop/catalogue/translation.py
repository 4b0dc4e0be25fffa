"""Names and descriptions of goods in more than one language.

A row's own columns hold the shop's first language (``LANGUAGE_CODE``); ``translations`` holds the others:
``{"es": {"name": "Olas", "description": "..."}}``. A text without a translation shows in the first language.
"""

from typing import Any

from django.db import models
from django.utils.translation import get_language


class Translated(models.Model):
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def text(self, field: str) -> str:
        """The column ``field`` in the active language."""
        language = (get_language() or "").split("-")[0]
        words: dict[str, Any] = self.translations.get(language, {})
        return str(words.get(field) or getattr(self, field))

    @property
    def shown_name(self) -> str:
        return self.text("name")

    @property
    def shown_description(self) -> str:
        return self.text("description")
