from django.contrib import admin

from shop.checkout.models import ShippingMethod


@admin.register(ShippingMethod)
class ShippingMethodAdmin(admin.ModelAdmin[ShippingMethod]):
    list_display = ("name", "code", "price", "free_above", "max_weight_grams", "position", "active")
    list_editable = ("position", "active")
