"""Payments in the admin: a history to read, and one thing to do: give the money back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.payments.models import GatewayEvent, Payment
from shop.payments.registry import UnknownGateway
from shop.payments.starting import NotRefundable, ask_refund


class GatewayEventInline(admin.TabularInline[GatewayEvent, Payment]):
    model = GatewayEvent
    fields = ("received_at", "kind", "outcome", "event_id", "body")
    readonly_fields = fields
    max_num = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Payment)
class PaymentAdmin(admin.ModelAdmin[Payment]):
    list_display = ("order", "gateway", "state", "amount", "refunded_amount", "created_at")
    list_filter = ("state", "gateway", "gateway_events__outcome")
    list_select_related = ("order",)
    search_fields = ("order__number", "reference")
    inlines = (GatewayEventInline,)
    actions = ("give_back",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Payment | None = None) -> list[str]:
        return [field.name for field in Payment._meta.fields]

    @admin.action(description=_("Give the money back"), permissions=["change"])
    def give_back(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        for payment in payments.select_related("order"):
            try:
                ask_refund(payment=payment)
            except NotRefundable:
                text = gettext("There is nothing to give back of %(number)s.") % {"number": payment.order.number}
                self.message_user(request, text, messages.ERROR)
            except UnknownGateway:
                text = gettext("The gateway %(name)s is switched off.") % {"name": payment.gateway}
                self.message_user(request, text, messages.ERROR)
            else:
                text = gettext("Asked to give back %(number)s.") % {"number": payment.order.number}
                self.message_user(request, text, messages.SUCCESS)
