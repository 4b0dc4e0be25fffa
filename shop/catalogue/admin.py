"""The catalogue's desk: categories, and products with their options, variants and pictures on one page."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import Form, ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shop.catalogue.listing import refresh_listing
from shop.catalogue.models import Category, Picture, Product, ProductOption, Variant
from shop.catalogue.pictures import add_picture
from shop.catalogue.templatetags.pictures import picture_address
from shop.catalogue.uploads import DescriptionForm, PictureForm


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ["path", "name", "position"]
    list_editable = ["position"]
    search_fields = ["name", "path"]
    ordering = ["path"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}


class OptionInline(admin.TabularInline[ProductOption, Product]):
    model = ProductOption
    extra = 0
    max_num = 3


class VariantInline(admin.TabularInline[Variant, Product]):
    model = Variant
    extra = 0
    fields = [
        "position", "option1", "option2", "option3", "sku", "price", "compare_at_price", "weight_grams",
        "requires_shipping", "taxable", "barcode",
    ]  # fmt: skip


class PictureInline(admin.StackedInline[Picture, Product]):
    model = Picture
    form = PictureForm
    extra = 1
    fields = ["upload", "shown", "position", "alt", "alt_translations"]
    readonly_fields = ["shown"]

    @admin.display(description=_("picture"))
    def shown(self, picture: Picture) -> SafeString | str:
        if not picture.pk:
            return "-"
        return format_html('<img src="{}" width="160" alt="{}">', picture_address(picture, 320), picture.alt)


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    form = DescriptionForm
    list_display = ["name", "vendor", "kind", "price_from", "status", "published", "updated_at"]
    list_filter = ["status", "published", "categories", "vendor"]
    search_fields = ["name", "handle", "vendor", "variants__sku"]
    date_hierarchy = "created_at"
    filter_horizontal = ["categories"]
    prepopulated_fields = {"handle": ["name"]}
    readonly_fields = ["price_from", "created_at", "updated_at"]
    inlines = [OptionInline, VariantInline, PictureInline]
    fieldsets = [
        (None, {"fields": ["name", "handle", "description", "vendor", "kind", "categories", "tags"]}),
        (_("For sale"), {"fields": ["status", "published", "tax_rate_percent", "price_from"]}),
        (_("Other languages"), {"fields": ["translations"], "classes": ["collapse"]}),
        (_("Search engines"), {"fields": ["seo_title", "seo_description"], "classes": ["collapse"]}),
        (_("History"), {"fields": ["created_at", "updated_at"], "classes": ["collapse"]}),
    ]

    def save_formset(
        self, request: HttpRequest, form: Form, formset: BaseInlineFormSet[models.Model, Any, Any], change: bool
    ) -> None:
        if formset.model is not Picture:
            super().save_formset(request, form, formset, change)
            return
        for picture_form in formset.initial_forms:
            if picture_form in formset.deleted_forms:
                picture_form.instance.delete()
            elif picture_form.has_changed():
                picture_form.save()
        _add_uploads(formset)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_listing(form.instance)


def _add_uploads(formset: BaseInlineFormSet[Any, Any, ModelForm[Any]]) -> None:
    for form in formset.extra_forms:
        if not isinstance(form, PictureForm) or form.prepared is None or form in formset.deleted_forms:
            continue
        picture = add_picture(
            product=formset.instance,
            content=form.content,
            filename=form.cleaned_data["upload"].name,
            alt=form.cleaned_data["alt"],
            prepared=form.prepared,
        )
        picture.alt_translations = form.cleaned_data["alt_translations"] or {}
        picture.save(update_fields=["alt_translations"])
