"""Stock in the admin: the ledger is read here, never rewritten. A count is a movement like any other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.stock.ledger import CountBelowReserved, set_count
from shop.stock.models import StockItem, StockMovement


class MovementInline(admin.TabularInline[StockMovement, StockItem]):
    model = StockMovement
    fields = ("at", "delta", "reason", "reference", "by")
    readonly_fields = fields
    ordering = ("-pk",)
    max_num = 0
    can_delete = False
    verbose_name_plural = _("ledger")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CountForm(forms.ModelForm[StockItem]):
    class Meta:
        model = StockItem
        fields = ("on_hand", "tracked", "backorder")

    def clean(self) -> dict[str, Any]:
        words = super().clean() or self.cleaned_data
        limited = words.get("tracked") and not words.get("backorder")
        if limited and words.get("on_hand", 0) < self.instance.reserved:
            error = CountBelowReserved(on_hand=words["on_hand"], reserved=self.instance.reserved)
            self.add_error("on_hand", str(error))
        return words


@admin.register(StockItem)
class StockItemAdmin(admin.ModelAdmin[StockItem]):
    form = CountForm
    list_display = ("variant", "on_hand", "reserved", "tracked", "backorder")
    list_filter = ("tracked", "backorder")
    list_select_related = ("variant__product",)
    search_fields = ("variant__sku", "variant__product__name")
    readonly_fields = ("variant", "reserved")
    fields = ("variant", "on_hand", "reserved", "tracked", "backorder")
    inlines = (MovementInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:
        try:
            set_count(
                variant=obj.variant,
                on_hand=form.cleaned_data["on_hand"],
                tracked=form.cleaned_data["tracked"],
                backorder=form.cleaned_data["backorder"],
                reason=StockMovement.Reason.COUNT,
                by=request.user if request.user.is_authenticated else None,
            )
        except CountBelowReserved as error:  # something was reserved since the form was checked
            self.message_user(request, str(error), messages.ERROR)
