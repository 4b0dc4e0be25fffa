import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shop.catalogue.models import Product, Variant
from shop.stock.ledger import CountBelowReserved, OutOfStock, Shortage, put_back, set_count, take
from shop.stock.models import StockItem, StockMovement

Reason = StockMovement.Reason


def on_hand(variant: Variant) -> int:
    return StockItem.objects.get(pk=variant.pk).on_hand


def ledger_sum(variant: Variant) -> int:
    return StockMovement.objects.filter(item_id=variant.pk).aggregate(sum=Sum("delta"))["sum"] or 0


def test_taking_lowers_the_count_and_says_for_what(waves: Product) -> None:
    a4, a3 = waves.variants.all()
    take(quantities={a4.pk: 3, a3.pk: 1}, reference="A-1")
    assert (on_hand(a4), on_hand(a3)) == (7, 9)
    movement = StockMovement.objects.get(item_id=a4.pk, reference="A-1")
    assert (movement.delta, movement.reason) == (-3, Reason.SALE)


def test_a_shortage_names_each_short_variant_and_takes_nothing(waves: Product) -> None:
    a4, a3 = waves.variants.all()
    with pytest.raises(OutOfStock) as refusal:
        take(quantities={a3.pk: 12, a4.pk: 3}, reference="A-1")
    assert refusal.value.shortages == (Shortage(a3.pk, 12, 10),)
    assert (on_hand(a4), on_hand(a3)) == (10, 10)
    assert not StockMovement.objects.filter(reference="A-1").exists()


def test_what_others_reserved_cannot_be_taken(waves: Product) -> None:
    a4 = waves.variants.all()[0]
    StockItem.objects.filter(pk=a4.pk).update(reserved=8)
    with pytest.raises(OutOfStock) as refusal:
        take(quantities={a4.pk: 3}, reference="A-1")
    assert refusal.value.shortages[0].left == 2


def test_a_variant_that_was_never_counted_is_not_there(waves: Product) -> None:
    new = Variant.objects.create(product=waves, option1="A2", price=40)
    with pytest.raises(OutOfStock):
        take(quantities={new.pk: 1}, reference="A-1")


def test_an_untracked_variant_is_always_there_and_leaves_no_movement(waves: Product) -> None:
    a4 = waves.variants.all()[0]
    set_count(variant=a4, on_hand=0, tracked=False, reason=Reason.COUNT)
    take(quantities={a4.pk: 50}, reference="A-1")
    assert on_hand(a4) == 0
    assert not StockMovement.objects.filter(reference="A-1").exists()


def test_a_variant_on_backorder_goes_below_zero_knowingly(waves: Product) -> None:
    a4 = waves.variants.all()[0]
    set_count(variant=a4, on_hand=1, backorder=True, reason=Reason.COUNT)
    take(quantities={a4.pk: 3}, reference="A-1")
    assert on_hand(a4) == ledger_sum(a4) == -2


def test_putting_back_returns_what_was_taken_and_only_once(waves: Product) -> None:
    a4, a3 = waves.variants.all()
    take(quantities={a4.pk: 3, a3.pk: 1}, reference="A-1")
    take(quantities={a4.pk: 2}, reference="A-2")
    assert put_back(reference="A-1") == {a4.pk: 3, a3.pk: 1}
    assert put_back(reference="A-1") == {}
    assert (on_hand(a4), on_hand(a3)) == (8, 10)


def test_a_count_that_changes_nothing_leaves_no_movement(waves: Product) -> None:
    a4 = waves.variants.all()[0]
    before = StockMovement.objects.count()
    set_count(variant=a4, on_hand=10, reason=Reason.IMPORT)
    assert StockMovement.objects.count() == before


def test_the_first_count_makes_the_row(waves: Product) -> None:
    new = Variant.objects.create(product=waves, option1="A2", price=40)
    item = set_count(variant=new, on_hand=4, reason=Reason.IMPORT, reference="goods.csv")
    assert (item.on_hand, ledger_sum(new)) == (4, 4)


def test_a_count_below_zero_is_refused_by_name(waves: Product) -> None:
    with pytest.raises(CountBelowReserved):
        set_count(variant=waves.variants.all()[0], on_hand=-1, reason=Reason.COUNT)


def test_the_database_itself_refuses_stock_below_zero(waves: Product) -> None:
    a4 = waves.variants.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        StockItem.objects.filter(pk=a4.pk).update(on_hand=-1)


STEPS = st.one_of(
    st.tuples(st.just("take"), st.integers(1, 8)),
    st.tuples(st.just("put back"), st.integers(0, 5)),
    st.tuples(st.just("count"), st.integers(0, 20)),
    st.tuples(st.just("backorder"), st.integers(-3, 20)),
)


class AnyHistory(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(STEPS, max_size=15))
    def test_the_ledger_adds_up_to_what_is_there(self, steps: list[tuple[str, int]]) -> None:
        product = Product.objects.create(handle="any", name="Any")
        variant = Variant.objects.create(product=product, price=1)
        set_count(variant=variant, on_hand=5, reason=Reason.COUNT)
        for number, (step, amount) in enumerate(steps):
            if step == "take":
                before = StockItem.objects.get(pk=variant.pk)
                try:
                    take(quantities={variant.pk: amount}, reference=str(number))
                except OutOfStock:
                    assert before.limited
                    assert before.on_hand < amount
            elif step == "put back":
                put_back(reference=str(amount))
            else:
                try:
                    set_count(variant=variant, on_hand=amount, backorder=step == "backorder", reason=Reason.COUNT)
                except CountBelowReserved:
                    assert amount < 0
            assert on_hand(variant) == ledger_sum(variant)
