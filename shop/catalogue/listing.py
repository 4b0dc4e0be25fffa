"""What list pages need of a product's variants, kept on the product so that a list is one query."""

from django.db.models import Min

from shop.catalogue.models import Product


def refresh_listing(product: Product) -> None:
    """Bring ``price_from`` in step with the variants; call it after they changed."""
    product.price_from = product.variants.aggregate(lowest=Min("price"))["lowest"]
    # Not save(): this is no change of the product that anybody made, so updated_at stays.
    Product.objects.filter(pk=product.pk).update(price_from=product.price_from)
