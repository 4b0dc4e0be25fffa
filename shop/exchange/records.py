"""A product as a file and the shop both know it. Comparing two records is how an import finds what changes.

``values`` maps a column's key to its value. In a record that was read from a file a key is missing where the file has
no such column: what the shop has stays. A record of the shop has every key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Values = dict[str, Any]

# What the missing columns of a new product mean.
PRODUCT_DEFAULTS: Values = {
    "name": "",
    "description": "",
    "vendor": "",
    "kind": "",
    "tags": [],
    "published": True,
    "option1_name": "",
    "option2_name": "",
    "option3_name": "",
    "seo_title": "",
    "seo_description": "",
    "status": "active",
    "categories": [],
    "tax_rate_percent": None,
}
VARIANT_DEFAULTS: Values = {
    "option1": "",
    "option2": "",
    "option3": "",
    "sku": "",
    "weight_grams": 0,
    "tracker": "",
    "on_hand": 0,
    "backorder": False,
    "price": Decimal("0.00"),
    "compare_at_price": None,
    "requires_shipping": True,
    "taxable": True,
    "barcode": "",
    "picture_url": "",
}
OPTION_KEYS = ("option1", "option2", "option3")
Combination = tuple[str, str, str]


_DEFAULTS: Values = PRODUCT_DEFAULTS | VARIANT_DEFAULTS | {"alt": ""}


def default_of(key: str) -> Any:
    """The value behind a missing key; a translation that is not there is empty."""
    return "" if ":" in key else _DEFAULTS[key]


@dataclass(slots=True)
class PictureRecord:
    """``values``: alt and its translations."""

    url: str
    position: int | None
    values: Values = field(default_factory=dict)
    line: int = 0


@dataclass(slots=True)
class VariantRecord:
    """``values`` may also hold translations of option values ("option1:es"); ``carried`` has its cells by header."""

    values: Values
    carried: dict[str, str] = field(default_factory=dict)
    line: int = 0

    @property
    def combination(self) -> Combination:
        one, two, three = (self.values.get(key, "") for key in OPTION_KEYS)
        return one, two, three

    def get(self, key: str) -> Any:
        return self.values.get(key, default_of(key))


@dataclass(slots=True)
class ProductRecord:
    handle: str
    values: Values = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    variants: list[VariantRecord] = field(default_factory=list)
    pictures: list[PictureRecord] = field(default_factory=list)
    line: int = 0

    def get(self, key: str) -> Any:
        return self.values.get(key, default_of(key))
