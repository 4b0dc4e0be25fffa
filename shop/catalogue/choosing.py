"""Choosing a variant by its options, without JavaScript: every value is a link to the variant it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist

from shop.catalogue.models import ProductOption, Variant


@dataclass(frozen=True)
class Value:
    """A value of an option. ``variant`` is where choosing it leads: the chosen variant with this one value changed,
    else the first that has it. ``combines``: that change alone was possible."""

    label: str
    variant: Variant
    is_chosen: bool
    combines: bool
    is_available: bool


@dataclass(frozen=True)
class Choice:
    name: str
    values: list[Value]


def choose_variant(variants: Sequence[Variant], wanted: str | None) -> Variant | None:
    """The variant that an address asks for by its key; else the first that can be bought, else the first."""
    by_key = next((variant for variant in variants if str(variant.pk) == wanted), None)
    return (
        by_key or next((variant for variant in variants if is_available(variant)), None) or next(iter(variants), None)
    )


def choices(options: Sequence[ProductOption], variants: Sequence[Variant], chosen: Variant) -> list[Choice]:
    return [Choice(option.shown_name, _values(option, variants, chosen)) for option in options]


def left(variant: Variant) -> int | None:
    """Units that can be bought; None without a limit. One that was never counted is not there."""
    try:
        available: int | None = variant.stock.available
    except ObjectDoesNotExist:
        return 0
    return available


def is_available(variant: Variant) -> bool:
    return left(variant) != 0


def _column(option: ProductOption) -> str:
    return f"option{option.position}"


def _values(option: ProductOption, variants: Sequence[Variant], chosen: Variant) -> list[Value]:
    column = _column(option)
    values = dict.fromkeys(getattr(variant, column) for variant in variants)
    return [_value(option, value, variants, chosen) for value in values if value]


def _value(option: ProductOption, value: str, variants: Sequence[Variant], chosen: Variant) -> Value:
    column = _column(option)
    having = [variant for variant in variants if getattr(variant, column) == value]
    wanted = chosen.option_columns | {column: value}
    exact = next((variant for variant in having if variant.option_columns == wanted), None)
    target = exact or having[0]
    return Value(
        label=option.value_text(value),
        variant=target,
        is_chosen=getattr(chosen, column) == value,
        combines=exact is not None,
        is_available=is_available(target),
    )
