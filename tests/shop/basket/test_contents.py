import pytest
from django.utils import translation

from shop.basket.contents import (
    MAX_LINES,
    BasketClosed,
    BasketFull,
    NotForSale,
    NothingLeft,
    add_variant,
    change_quantity,
    close_basket,
    confirm_prices,
)
from shop.basket.models import Basket
from shop.basket.summary import summary_of
from shop.catalogue.models import Product, ProductOption, Variant
from shop.stock.ledger import set_count
from shop.stock.models import StockMovement
from tests.shop.buying import filled_basket

pytestmark = pytest.mark.django_db


def count(variant: Variant, on_hand: int, *, tracked: bool = True) -> None:
    set_count(variant=variant, on_hand=on_hand, tracked=tracked, reason=StockMovement.Reason.COUNT)


def test_the_same_thing_again_joins_its_line(a4: Variant) -> None:
    basket = filled_basket(a4, 2)
    add_variant(basket=basket, variant=a4, quantity=3)
    assert [line.quantity for line in basket.lines.all()] == [5]


def test_more_than_there_is_becomes_what_there_is(a4: Variant) -> None:
    change = add_variant(basket=Basket.objects.create(), variant=a4, quantity=11)
    assert change.capped
    assert change.line is not None
    assert change.line.quantity == 10


def test_what_has_no_limit_of_its_own_is_limited_to_99(a4: Variant) -> None:
    count(a4, 0, tracked=False)
    basket = filled_basket(a4, 90)
    assert add_variant(basket=basket, variant=a4, quantity=50).capped
    assert basket.lines.get().quantity == 99


def test_what_is_gone_cannot_be_put_in(a4: Variant) -> None:
    count(a4, 0)
    with pytest.raises(NothingLeft):
        filled_basket(a4)


def test_what_is_not_on_sale_cannot_be_put_in(a4: Variant) -> None:
    Product.objects.update(published=False)
    a4.refresh_from_db()
    with pytest.raises(NotForSale):
        filled_basket(a4)


def test_a_basket_holds_so_many_different_things(a4: Variant, waves: Product) -> None:
    others = Variant.objects.bulk_create(
        Variant(product=waves, option1=f"No. {number}", price=1) for number in range(MAX_LINES)
    )
    basket = Basket.objects.create()
    for other in others:
        basket.lines.create(variant=other, quantity=1, price_seen=1)
    with pytest.raises(BasketFull):
        add_variant(basket=basket, variant=a4, quantity=1)


def test_a_quantity_of_nothing_takes_the_line_out(a4: Variant) -> None:
    basket = filled_basket(a4)
    assert change_quantity(line=basket.lines.get(), quantity=0).line is None
    assert not basket.lines.exists()


def test_an_ordered_basket_is_left_alone(a4: Variant) -> None:
    basket = filled_basket(a4)
    close_basket(basket=basket)
    with pytest.raises(BasketClosed):
        add_variant(basket=basket, variant=a4, quantity=1)
    with pytest.raises(BasketClosed):
        change_quantity(line=basket.lines.get(), quantity=0)


def test_a_changed_price_is_shown_until_it_is_confirmed(a4: Variant) -> None:
    basket = filled_basket(a4)
    Variant.objects.filter(pk=a4.pk).update(price=25)
    assert [str(line.old_price) for line in summary_of(basket).lines] == ["19.90"]
    confirm_prices(basket=basket)
    assert [line.old_price for line in summary_of(basket).lines] == [None]


def test_a_line_that_became_short_stops_the_purchase(a4: Variant) -> None:
    basket = filled_basket(a4, 5)
    assert summary_of(basket).can_be_bought
    count(a4, 4)
    [line] = summary_of(basket).lines
    assert (line.is_short, line.available) == (True, 4)
    assert not summary_of(basket).can_be_bought


def test_options_read_in_the_readers_language(a4: Variant) -> None:
    ProductOption.objects.update(translations={"es": {"values": {"A4": "Folio"}}})
    basket = filled_basket(a4)
    with translation.override("es"):
        assert summary_of(basket).lines[0].options == "Folio"
    assert summary_of(basket).lines[0].options == "A4"
