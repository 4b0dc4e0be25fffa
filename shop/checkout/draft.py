"""The checkout between its two pages: what was filled in waits in the session."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.http import HttpRequest

from shop.checkout.models import ShippingMethod
from shop.checkout.placing import Details
from shop.customers.models import Address, User

SESSION_KEY = "checkout"


@dataclass(frozen=True)
class Draft:
    details: Details
    method: ShippingMethod


def keep_draft(request: HttpRequest, draft: Draft) -> None:
    request.session[SESSION_KEY] = {**asdict(draft.details), "shipping_method": draft.method.code}


def forget_draft(request: HttpRequest) -> None:
    """The address stays, so that the next order is quicker; only the way of sending is chosen anew."""
    request.session.get(SESSION_KEY, {}).pop("shipping_method", None)
    request.session.modified = True


def draft_of(request: HttpRequest) -> Draft | None:
    """None where the first page has not been filled in yet."""
    words = dict(request.session.get(SESSION_KEY, {}))
    method = ShippingMethod.objects.offered().filter(code=words.pop("shipping_method", "")).first()
    try:
        return Draft(Details(**words), method) if method else None
    except TypeError:  # kept by another version of the shop
        return None


def initial_details(request: HttpRequest) -> dict[str, str]:
    """What the form begins with: what was filled in before, else what the account knows."""
    kept: dict[str, str] = request.session.get(SESSION_KEY, {})
    if kept or not isinstance(request.user, User):
        return dict(kept)
    known = {"email": request.user.email, "name": request.user.name}
    address = Address.objects.filter(user=request.user).first()
    if address is not None:
        fields = ("name", "company", "street", "street2", "postcode", "city", "region", "country", "phone")
        known.update({field: getattr(address, field) for field in fields})
    return known
