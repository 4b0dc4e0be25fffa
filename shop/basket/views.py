from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.basket.contents import (
    MAX_LINES,
    BasketClosed,
    BasketError,
    BasketFull,
    NotForSale,
    NothingLeft,
    add_variant,
    change_quantity,
    is_for_sale,
)
from shop.basket.forms import AddForm, ChangeForm
from shop.basket.models import BasketLine
from shop.basket.ownership import basket_for_writing, current_basket, has_no_basket, open_baskets
from shop.basket.summary import summary_of
from shop.catalogue.models import Variant


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    form = AddForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return _back(form.cleaned_data.get("variant"))
    variant: Variant = form.cleaned_data["variant"]
    try:
        change = add_variant(
            basket=basket_for_writing(request), variant=variant, quantity=form.cleaned_data["quantity"]
        )
    except BasketError as error:
        messages.error(request, refusal(error))
        return _back(variant)
    name = variant.product.shown_name
    if change.capped and change.line:
        messages.warning(request, _only_so_many(change.line.quantity, name))
    else:
        messages.success(request, _("%(name)s is in your basket.") % {"name": name})
    return redirect("basket:show")


@require_POST
def change(request: HttpRequest, line: int) -> HttpResponse:
    if has_no_basket(request):
        lines = BasketLine.objects.none()
    else:
        lines = BasketLine.objects.filter(basket__in=open_baskets(request))
    row = get_object_or_404(lines.select_related("basket", "variant__product"), pk=line)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, wrong_line=row.pk, error=" ".join(str(error) for error in form.errors["quantity"]))
    notice = ""
    try:
        changed = change_quantity(line=row, quantity=form.cleaned_data["quantity"])
        if changed.capped and changed.line:
            notice = _only_so_many(changed.line.quantity, row.variant.product.shown_name)
    except BasketError as error:
        notice = refusal(error)
    if request.headers.get("HX-Request"):
        return _page(request, wrong_line=row.pk, error=notice)
    if notice:
        messages.warning(request, notice)
    return redirect("basket:show")


def refusal(error: BasketError) -> str:
    """Why the basket stayed as it was, in the reader's language."""
    return {
        BasketClosed: _("This basket has just been ordered. A new one is waiting for you."),
        BasketFull: _("A basket holds %(count)d different things at most.") % {"count": MAX_LINES},
        NotForSale: _("This is no longer on sale."),
        NothingLeft: _("There is none of it left."),
    }[type(error)]


def _only_so_many(count: int, name: str) -> str:
    return _("Your basket has %(count)d × %(name)s: there are no more to be had.") % {"count": count, "name": name}


def _back(variant: Variant | None) -> HttpResponse:
    """To where the wish came from: the product's page, or the basket where the product is gone."""
    if variant is not None and is_for_sale(variant.product):
        return redirect(variant.product)
    return redirect("basket:show")


def _page(request: HttpRequest, *, wrong_line: int | None = None, error: str = "") -> HttpResponse:
    template = "basket/parts/contents.html" if request.headers.get("HX-Request") else "basket/show.html"
    summary = summary_of(current_basket(request))
    return render(request, template, {"summary": summary, "wrong_line": wrong_line, "error": error})
