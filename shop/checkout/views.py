from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.basket.contents import confirm_prices
from shop.basket.models import Basket
from shop.basket.ownership import current_basket
from shop.basket.summary import summary_of
from shop.catalogue.models import Variant
from shop.checkout.draft import Draft, draft_of, forget_draft, initial_details, keep_draft
from shop.checkout.forms import DetailsForm, PlaceForm
from shop.checkout.placing import CheckoutError, EmptyBasket, NoSuchShipping, place_order, seal_of
from shop.checkout.totals import totals_of
from shop.customers.models import User
from shop.orders.countries import country_name
from shop.orders.links import order_path
from shop.orders.models import Order
from shop.payments.registry import preferred_gateway
from shop.payments.starting import NotPayable, start_payment
from shop.stock.ledger import OutOfStock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """First page: who, where to, how."""
    summary = summary_of(current_basket(request))
    if not summary.can_be_bought:
        return redirect("basket:show")
    if request.headers.get("HX-Request"):
        form = DetailsForm(initial={"country": request.GET.get("country", "")}, summary=summary)
        return render(request, "checkout/parts/shipping.html", {"form": form})
    if request.method == "POST":
        form = DetailsForm(request.POST, summary=summary)
        if form.is_valid():
            keep_draft(request, Draft(form.details(), form.cleaned_data["shipping_method"]))
            return redirect("checkout:review")
    else:
        form = DetailsForm(initial=initial_details(request), summary=summary)
    return render(request, "checkout/start.html", {"form": form, "summary": summary})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Second page: all of it once more, and the button that orders."""
    if request.method == "POST":
        form = PlaceForm(request.POST)
        if form.is_valid():
            return _place(request, form)
    basket, draft = current_basket(request), draft_of(request)
    if basket is None:
        return redirect("basket:show")
    if draft is None:
        return redirect("checkout:start")
    return _review_page(request, basket, draft)


def _place(request: HttpRequest, form: PlaceForm) -> HttpResponse:
    key = form.cleaned_data["checkout_key"]
    # The key is the basket's own, a secret of whoever opened this page; the basket may be closed by the first submit.
    basket = Basket.objects.filter(key=key, user=_customer(request)).first()
    draft = draft_of(request)
    try:
        if basket is None:
            raise EmptyBasket
        order = Order.objects.filter(checkout_key=key).first()
        if order is None:
            if draft is None:
                return redirect("checkout:start")
            order = place_order(
                basket=basket,
                checkout_key=key,
                details=draft.details,
                method=draft.method,
                seen=form.cleaned_data["seen"],
                language=get_language() or "en",
                user=_customer(request),
            )
    except (CheckoutError, OutOfStock) as error:
        return _refused(request, error)
    forget_draft(request)
    return redirect(_way_to_pay(order))


def _customer(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _way_to_pay(order: Order) -> str:
    """The gateway's page; the order's own where there is nothing (or no way) to pay."""
    gateway = preferred_gateway()
    if gateway is None:
        return order_path(order)
    try:
        return gateway.start(start_payment(order=order, gateway=gateway))
    except NotPayable:
        return order_path(order)


def _refused(request: HttpRequest, error: CheckoutError | OutOfStock) -> HttpResponse:
    if isinstance(error, OutOfStock):
        for text in _shortages(error):
            messages.error(request, text)
        return redirect("basket:show")
    if isinstance(error, EmptyBasket):
        messages.info(request, _("There is nothing to order: your basket is empty, or has been ordered already."))
        return redirect("basket:show")
    if isinstance(error, NoSuchShipping):
        messages.error(request, _("It cannot travel that way any more. Choose another."))
        return redirect("checkout:start")
    basket = current_basket(request)
    if basket is not None:
        messages.warning(request, _("Your order is no longer what you saw. Look at it once more, please."))
        confirm_prices(basket=basket)
    return redirect("checkout:review")


def _shortages(error: OutOfStock) -> list[str]:
    """Each short variant by its name, with what is left."""
    left = {shortage.variant_id: shortage.left for shortage in error.shortages}
    names = Variant.objects.filter(pk__in=left).select_related("product")
    return [
        _("%(name)s: only %(left)d left.") % {"name": _named(variant), "left": left[variant.pk]}
        if left[variant.pk]
        else _("%(name)s: there is none of it left.") % {"name": _named(variant)}
        for variant in names
    ]


def _named(variant: Variant) -> str:
    return " ".join(filter(None, [variant.product.shown_name, variant.option_text]))


def _review_page(request: HttpRequest, basket: Basket, draft: Draft) -> HttpResponse:
    summary = summary_of(basket)
    if not summary.can_be_bought:
        return redirect("basket:show")
    if not draft.method.serves(country=draft.details.country, weight_grams=summary.weight_grams):
        return _refused(request, NoSuchShipping())
    totals = totals_of(summary, draft.method)
    seen = seal_of(summary, totals, details=draft.details, method=draft.method)
    form = PlaceForm(initial={"checkout_key": basket.key, "seen": seen})
    country = country_name(draft.details.country)
    context = {"summary": summary, "totals": totals, "draft": draft, "form": form, "country": country}
    return render(request, "checkout/review.html", context)
