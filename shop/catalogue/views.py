from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from chat.live import publish
from shop.catalogue.browsing import browse
from shop.catalogue.choosing import choices, choose_variant, left
from shop.catalogue.models import Category, Product
from shop.catalogue.remaining import FEW, live_key
from shop.catalogue.shelves import shelves

NEWEST_ON_HOME = 8
RELATED_ON_PRODUCT = 4


def home(request: HttpRequest) -> HttpResponse:
    newest = list(Product.objects.listed().for_cards()[: NEWEST_ON_HOME + 1])
    with_picture = next((product for product in newest if product.pictures.all()), None)
    words = {
        "hero": with_picture,
        "newest": [product for product in newest if product != with_picture][:NEWEST_ON_HOME],
        "shelves": shelves(),
    }
    return render(request, "catalogue/home.html", words)


def product_list(request: HttpRequest) -> HttpResponse:
    listing = browse(Product.objects.listed(), request.GET)
    return render(request, "catalogue/list.html", {"listing": listing, "categories": Category.objects.top()})


def category(request: HttpRequest, path: str) -> HttpResponse:
    shown = get_object_or_404(Category, path=path)
    words = {
        "category": shown,
        "ancestors": Category.objects.above(shown),
        "categories": shown.children.all(),
        "listing": browse(Product.objects.listed().in_category(shown), request.GET),
    }
    return render(request, "catalogue/list.html", words)


def product(request: HttpRequest, handle: str) -> HttpResponse:
    """``?variant=KEY`` chooses a variant, ``?picture=KEY`` the picture shown large. Unknown ones: the product's own."""
    shown = get_object_or_404(Product.objects.listed().for_page(), handle=handle)
    # The stream's head is read before the stock, so that nothing falls in between.
    live = publish.subscription(live_key(shown.pk))
    variants = list(shown.variants.select_related("stock"))
    variant = choose_variant(variants, request.GET.get("variant"))
    pictures = list(shown.pictures.all())
    wanted = request.GET.get("picture") or str(variant.picture_id if variant else "")
    # "prints/waves" before "rooms/kitchen": what it is before where it hangs.
    in_category = min(shown.categories.all(), key=lambda category: category.path, default=None)
    words = {
        "product": shown,
        "variant": variant,
        "choices": choices(list(shown.options.all()), variants, variant) if variant else [],
        "left": left(variant) if variant else 0,
        "few": range(1, FEW + 1),
        "live": live,
        "pictures": pictures,
        "picture": next((one for one in pictures if str(one.pk) == wanted), next(iter(pictures), None)),
        "category": in_category,
        "ancestors": Category.objects.above(in_category) if in_category else [],
        "related": Product.objects.listed().related_to(shown, in_category).for_cards()[:RELATED_ON_PRODUCT],
    }
    return render(request, "catalogue/product.html", words)
