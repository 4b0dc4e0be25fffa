"""Orders in the admin: what was ordered stays as it was; the steps are actions, and their rules are in steps.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.states import IllegalTransition
from shop.orders.steps import cancel_order, deliver_order, mark_paid, ship_order


class ReadOnlyInline(admin.TabularInline[Any, Order]):
    max_num = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(ReadOnlyInline):
    model = OrderLine
    fields = readonly_fields = ("sku", "name", "option_text", "unit_price", "quantity", "total", "tax")


class EventInline(ReadOnlyInline):
    model = OrderEvent
    fields = readonly_fields = ("at", "from_state", "to_state", "actor", "by", "note")


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    list_display = ("number", "placed_at", "state", "name", "email", "total", "currency")
    list_filter = ("state", "country", "placed_at")
    search_fields = ("number", "email", "name")
    date_hierarchy = "placed_at"
    inlines = (LineInline, EventInline)
    actions = ("mark_as_paid", "mark_as_shipped", "mark_as_delivered", "cancel")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Order | None = None) -> list[str]:
        return [field.name for field in Order._meta.fields]

    @admin.action(description=_("Paid, by other means than the gateway"), permissions=["change"])
    def mark_as_paid(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._step(request, orders, mark_paid)

    @admin.action(description=_("Shipped"), permissions=["change"])
    def mark_as_shipped(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._step(request, orders, ship_order)

    @admin.action(description=_("Delivered"), permissions=["change"])
    def mark_as_delivered(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._step(request, orders, deliver_order)

    @admin.action(description=_("Cancel, and put the goods back"), permissions=["change"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._step(request, orders, cancel_order)

    def _step(self, request: HttpRequest, orders: QuerySet[Order], step: Callable[..., Order]) -> None:
        done = 0
        for order in orders:
            try:
                step(order=order, actor="staff", by=request.user)
                done += 1
            except IllegalTransition as error:
                words = {"number": order.number, "now": error.current.label, "wanted": error.wanted.label}
                text = gettext("Order %(number)s is “%(now)s” and cannot become “%(wanted)s”.") % words
                self.message_user(request, text, messages.ERROR)
        if done:
            self.message_user(request, ngettext("%(count)d order.", "%(count)d orders.", done) % {"count": done})
