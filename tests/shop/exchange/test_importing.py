"""What an import does to the shop."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalogue.models import Category, Product, Variant
from shop.exchange import importing
from shop.exchange.comparing import Outcome
from shop.exchange.importing import Report, import_file
from shop.exchange.models import WantedPicture
from shop.exchange.problems import RefusedFile
from shop.stock import ledger
from shop.stock.models import StockItem, StockMovement
from tests.shop.exchange.conftest import Run, exported, mug, write_csv

pytestmark = pytest.mark.django_db


def changes(report: Report) -> list[tuple[str, object, object]]:
    return [(c.column, c.old, c.new) for entry in report.entries for c in entry.changes]


def test_the_sample_is_imported_as_twenty_products(apparel: Path) -> None:
    report = import_file(path=apparel)
    assert len(report.handles(Outcome.CREATED)) == 20
    assert report.unknown_columns == []
    assert Product.objects.listed().count() == 20
    top = Product.objects.get(handle="classic-varsity-top")
    assert [option.name for option in top.options.all()] == ["Size"]
    assert [(v.option1, v.price) for v in top.variants.all()] == [
        ("Small", Decimal("60.00")),
        ("Medium", Decimal("60.00")),
        ("Large", Decimal("60.00")),
    ]
    shirt = Product.objects.get(handle="ocean-blue-shirt")
    assert not shirt.options.exists()
    assert (shirt.vendor, shirt.tags, shirt.price_from) == ("partners-demo", ["men"], Decimal("50.00"))
    variant = shirt.variants.get()
    assert (variant.option_text, variant.stock.tracked, variant.stock.on_hand) == ("", False, 1)


def test_a_second_run_changes_nothing(apparel: Path) -> None:
    import_file(path=apparel)
    before = [list(model._default_manager.values().order_by("pk")) for model in (Product, Variant, StockMovement)]
    report = import_file(path=apparel)
    assert len(report.handles(Outcome.UNCHANGED)) == 20
    assert [
        list(model._default_manager.values().order_by("pk")) for model in (Product, Variant, StockMovement)
    ] == before


def test_an_unchanged_file_writes_nothing_at_all(apparel: Path) -> None:
    import_file(path=apparel)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        import_file(path=apparel)
    verbs = {query["sql"].split()[0] for query in queries}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE", "BEGIN"}


def test_a_dry_run_shows_what_would_change_and_writes_nothing(import_rows: Run) -> None:
    import_rows(mug())
    report = import_rows(mug(Variant_Price="11", Vendor="Ana"), mug(Handle="cup", Title="Cup"), dry_run=True)
    assert report.handles(Outcome.CREATED) == ["cup"]
    assert changes(report)[:2] == [("Vendor", "", "Ana"), ("Variant Price", Decimal("9.50"), Decimal("11.00"))]
    assert Product.objects.get().variants.get().price == Decimal("9.50")


def test_a_change_is_written_and_only_that_product_is_touched(import_rows: Run) -> None:
    import_rows(mug(), mug(Handle="cup", Title="Cup"))
    before = dict(Product.objects.values_list("handle", "updated_at"))
    report = import_rows(mug(Variant_Price="8"), mug(Handle="cup", Title="Cup"))
    assert report.handles(Outcome.CHANGED) == ["mug"]
    after = dict(Product.objects.values_list("handle", "updated_at"))
    assert after["mug"] > before["mug"]
    assert after["cup"] == before["cup"]
    assert Product.objects.get(handle="mug").price_from == Decimal("8.00")


def test_what_the_file_has_no_column_for_stays(import_rows: Run) -> None:
    import_rows(mug(Vendor="Ana", Tags="a, b", Cost_per_item="2"))
    report = import_rows({"Handle": "mug", "Title": "Big mug"})
    assert changes(report) == [("Title", "Mug", "Big mug")]
    product = Product.objects.get()
    assert (product.name, product.vendor, product.tags) == ("Big mug", "Ana", ["a", "b"])
    assert product.variants.count() == 1


def test_an_empty_cell_empties_what_the_shop_has(import_rows: Run) -> None:
    import_rows(mug(Vendor="Ana"))
    import_rows(mug(Vendor=""))
    assert Product.objects.get().vendor == ""


def test_an_error_keeps_the_whole_file_out(import_rows: Run) -> None:
    with pytest.raises(RefusedFile) as refused:
        import_rows(mug(), mug(Handle="cup", Title="Cup", Variant_Price="abc"))
    assert [str(error) for error in refused.value.findings.errors] == ["line 3, Variant Price: “abc” is not a number"]
    assert not Product.objects.exists()


def test_bad_products_can_be_skipped_whole(import_rows: Run) -> None:
    bad = mug(Handle="cup", Title="Cup", Option1_Name="Size", Option1_Value="S")
    report = import_rows(mug(), bad, {"Handle": "cup", "Option1 Value": "M", "Variant Price": "abc"}, skip_errors=True)
    assert report.skipped == ["cup"]
    assert [product.handle for product in Product.objects.all()] == ["mug"]


def test_an_error_that_only_the_shop_knows_keeps_the_whole_file_out(import_rows: Run) -> None:
    import_rows(mug(Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="5"))
    StockItem.objects.update(reserved=3)
    with pytest.raises(RefusedFile, match="1 error"):
        import_rows(mug(Handle="a", Title="A"), mug(Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="2"))
    assert Product.objects.count() == 1


def test_an_error_far_down_undoes_what_was_written_above(import_rows: Run) -> None:
    rows = [mug(Handle=f"mug-{number}") for number in range(450)]
    with pytest.raises(RefusedFile):
        import_rows(*rows, {"Handle": "cup", "Option1 Name": "Title", "Option1 Value": "Default Title"})
    assert not Product.objects.exists()


def test_a_new_product_needs_a_title_and_its_variant_a_price(import_rows: Run) -> None:
    with pytest.raises(RefusedFile) as refused:
        import_rows({"Handle": "a", "Variant SKU": "A1"})
    assert [str(error) for error in refused.value.findings.errors] == [
        "line 2, Title: is missing; a new product needs it",
        "line 2, Variant Price: is missing; a new variant needs it",
    ]


def test_stock_goes_through_the_ledger(import_rows: Run) -> None:
    tracked = {"Variant_Inventory_Tracker": "shopify"}
    import_rows(mug(**tracked, Variant_Inventory_Qty="5"))
    import_rows(mug(**tracked, Variant_Inventory_Qty="3", Variant_Inventory_Policy="continue"))
    item = StockItem.objects.get()
    assert (item.on_hand, item.tracked, item.backorder) == (3, True, True)
    assert list(item.movements.values_list("delta", "reason")) == [(5, "import"), (-2, "import")]


def test_stock_rows_are_locked_in_key_order_however_the_file_is_ordered(
    import_rows: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another order an import and a checkout could wait for one another for ever."""
    monkeypatch.setattr(importing, "CHUNK", 1)
    tracked = {"Variant_Inventory_Tracker": "shopify", "Variant_Inventory_Qty": "5"}
    handles = ["a", "b", "c"]
    import_rows(*(mug(Handle=handle, **tracked) for handle in handles))
    locked: list[list[int]] = []
    lock = ledger._lock

    def watched(variant_ids: Iterable[int]) -> dict[int, StockItem]:
        rows = lock(variant_ids)
        locked.append(list(rows))
        return rows

    monkeypatch.setattr(ledger, "_lock", watched)
    import_rows(*(mug(Handle=handle, **tracked | {"Variant_Inventory_Qty": "7"}) for handle in reversed(handles)))
    assert locked == [sorted(StockItem.objects.values_list("pk", flat=True))]
    assert set(StockItem.objects.values_list("on_hand", flat=True)) == {7}


def test_a_count_without_a_tracker_column_is_tracked(import_rows: Run) -> None:
    import_rows({"Title": "Mug", "Price": "3", "Inventory quantity": "4"})
    assert StockItem.objects.get().tracked


def test_a_price_change_leaves_the_count_alone(import_rows: Run) -> None:
    import_rows(mug(Variant_Inventory_Qty="5"))
    StockItem.objects.update(on_hand=4)
    import_rows({"Handle": "mug", "Option1 Name": "Title", "Option1 Value": "Default Title", "Variant Price": "3"})
    assert StockItem.objects.get().on_hand == 4


def test_a_variant_keeps_its_row_when_its_option_is_renamed(import_rows: Run) -> None:
    row = mug(Option1_Name="Size", Option1_Value="Smal", Variant_SKU="M-S")
    import_rows(row)
    before = Variant.objects.get().pk
    import_rows(row | {"Option1 Value": "Small"})
    assert Variant.objects.get().pk == before
    assert Variant.objects.get().option1 == "Small"


def test_variants_are_found_by_sku_where_the_file_has_no_options(import_rows: Run) -> None:
    size = mug(Option1_Name="Size", Option1_Value="S", Variant_SKU="S")
    import_rows(size, {"Handle": "mug", "Option1 Value": "L", "Variant SKU": "L", "Variant Price": "12"})
    report = import_rows({"Handle": "mug", "Variant SKU": "L", "Variant Price": "13"})
    assert changes(report) == [("Variant Price", Decimal("12.00"), Decimal("13.00"))]
    assert Variant.objects.count() == 2


def test_a_variant_that_the_file_does_not_list_stays_and_is_reported(import_rows: Run) -> None:
    size = mug(Option1_Name="Size", Option1_Value="S")
    import_rows(size, {"Handle": "mug", "Option1 Value": "L", "Variant Price": "12"})
    report = import_rows(size)
    assert report.handles(Outcome.UNCHANGED) == ["mug"]
    assert report.entries[0].left_over == 1
    assert Variant.objects.count() == 2


def test_a_variant_that_the_file_does_not_list_can_be_removed(import_rows: Run) -> None:
    size = mug(Option1_Name="Size", Option1_Value="S")
    import_rows(size, {"Handle": "mug", "Option1 Value": "L", "Variant Price": "2"})
    assert import_rows(size, remove_missing=True).handles(Outcome.CHANGED) == ["mug"]
    assert [variant.option1 for variant in Variant.objects.all()] == ["S"]
    assert Product.objects.get().price_from == Decimal("9.50")


def test_a_file_without_variants_removes_none(import_rows: Run) -> None:
    import_rows(mug())
    import_rows({"Handle": "mug", "Title": "Mug"}, remove_missing=True)
    assert Variant.objects.count() == 1


def test_the_order_of_the_file_is_the_order_of_the_variants(import_rows: Run) -> None:
    first = mug(Option1_Name="Size", Option1_Value="S")
    further = {"Handle": "mug", "Option1 Value": "L", "Variant Price": "12"}
    import_rows(first, further)
    report = import_rows(
        first | {"Option1 Value": "L", "Variant Price": "12"}, further | {"Option1 Value": "S", "Variant Price": "9.50"}
    )
    assert report.entries[0].reordered
    assert [variant.option1 for variant in Product.objects.get().variants.all()] == ["L", "S"]


def test_the_type_of_a_new_product_makes_a_category(import_rows: Run) -> None:
    import_rows(mug(Type="Tea Things"), mug(Handle="cup", Title="Cup", Type="Tea Things"))
    assert [(c.path, c.name) for c in Category.objects.all()] == [("tea-things", "Tea Things")]
    assert Category.objects.get().products.count() == 2
    assert Product.objects.get(handle="mug").kind == "Tea Things"


def test_the_leaf_of_the_standard_category_makes_one_where_there_is_no_type(import_rows: Run) -> None:
    import_rows(mug(Product_Category="Home & Garden > Kitchen > Mugs"))
    assert [(c.path, c.name) for c in Category.objects.all()] == [("mugs", "Mugs")]


def test_a_product_without_type_is_in_no_category(import_rows: Run) -> None:
    import_rows(mug())
    assert not Category.objects.exists()


def test_a_category_that_was_changed_by_hand_stays(import_rows: Run) -> None:
    import_rows(mug(Type="Mugs"))
    Product.objects.get().categories.clear()
    assert import_rows(mug(Type="Mugs")).handles(Outcome.UNCHANGED) == ["mug"]


def test_the_column_of_categories_makes_what_is_missing(import_rows: Run) -> None:
    import_rows(mug(Categories="prints/waves, new"))
    assert sorted(Category.objects.values_list("path", flat=True)) == ["new", "prints", "prints/waves"]
    assert sorted(c.path for c in Product.objects.get().categories.all()) == ["new", "prints/waves"]


def test_translations_come_from_columns_of_their_own(import_rows: Run) -> None:
    words = {
        "Title (es)": "Taza",
        "Body (HTML) (es)": "<p>Alta</p>",
        "Option1 Name (es)": "Talla",
        "Option1 Value (es)": "Pequeña",
    }
    import_rows(mug(Option1_Name="Size", Option1_Value="Small") | words)
    product = Product.objects.get()
    assert product.translations == {"es": {"name": "Taza", "description": "<p>Alta</p>"}}
    assert product.options.get().translations == {"es": {"name": "Talla", "values": {"Small": "Pequeña"}}}


def test_a_translation_can_be_taken_away(import_rows: Run) -> None:
    import_rows(mug(Option1_Name="Size", Option1_Value="S") | {"Title (es)": "Taza", "Option1 Value (es)": "Chica"})
    report = import_rows(mug(Option1_Name="Size", Option1_Value="S") | {"Title (es)": "", "Option1 Value (es)": ""})
    assert len(report.handles(Outcome.CHANGED)) == 1
    assert Product.objects.get().translations == {}
    assert Product.objects.get().options.get().translations == {}


def test_descriptions_are_sanitised(import_rows: Run) -> None:
    import_rows(mug(**{"Body_(HTML)": "<p>Hi<img src=x onerror=alert(1)></p><script>alert(1)</script>"}))
    assert Product.objects.get().description == "<p>Hi</p>"


def test_a_product_without_variants_is_imported_without(import_rows: Run) -> None:
    import_rows({"Handle": "idea", "Title": "Idea", "Status": "draft"})
    product = Product.objects.get()
    assert (product.status, product.price_from, product.variants.count()) == ("draft", None, 0)


def test_pictures_are_wanted_until_they_are_fetched(import_rows: Run) -> None:
    import_rows(mug(Image_Src="https://e.org/1.jpg", Image_Alt_Text="A mug", Variant_Image="https://e.org/2.jpg"))
    assert list(WantedPicture.objects.values_list("source_url", "position", "alt")) == [
        ("https://e.org/1.jpg", 1, "A mug"),
        ("https://e.org/2.jpg", 2, ""),
    ]


def test_what_changed_about_a_wanted_picture_is_kept(import_rows: Run) -> None:
    import_rows(mug(Image_Src="https://e.org/1.jpg", Image_Alt_Text="A mug"))
    import_rows(mug(Image_Src="https://e.org/1.jpg", Image_Alt_Text="A big mug", Image_Position="4"))
    assert list(WantedPicture.objects.values_list("position", "alt")) == [(4, "A big mug")]


def test_a_foreign_tracker_and_what_ambos_does_not_know_survive(import_rows: Run) -> None:
    import_rows(
        mug(Variant_Inventory_Tracker="amazon", Variant_Inventory_Qty="2", Cost_per_item="2.10", Gift_Card="false")
        | {"Price / Europe": "10", "Fabric (product.metafields.custom.fabric)": "=clay", "Colour": "red"}
    )
    text = exported()
    assert "amazon" in text
    assert "Price / Europe" in text
    assert "'=clay" in text
    assert "Colour" not in text
    assert StockItem.objects.get().tracked


def test_the_newer_header_imports_the_same_product(import_rows: Run) -> None:
    import_rows(mug(Variant_SKU="M1", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="3", Status="active"))
    report = import_rows(
        {
            "URL handle": "mug",
            "Title": "Mug",
            "Option1 name": "Title",
            "Option1 value": "Default Title",
            "SKU": "M1",
            "Price": "9.50",
            "Inventory tracker": "shopify",
            "Inventory quantity": "3",
            "Continue selling when out of stock": "FALSE",
            "Published on online store": "TRUE",
            "Status": "Active",
        }
    )
    assert changes(report) == []


@pytest.mark.parametrize("count", [50, 400])
def test_the_number_of_queries_does_not_follow_the_number_of_products(tmp_path: Path, count: int) -> None:
    rows: list[dict[str, str]] = []
    for number in range(count):
        size = {"Handle": f"mug-{number}", "Variant Inventory Qty": "3", "Variant Price": "12"}
        rows.append(
            mug(Option1_Name="Size", Type="Mugs", Image_Src="https://e.org/1.jpg") | size | {"Option1 Value": "S"}
        )
        rows.append(size | {"Option1 Value": "L"})
    path = write_csv(tmp_path / "many.csv", rows)
    with CaptureQueriesContext(connection) as queries:
        import_file(path=path)
    assert len(queries) < 45 * (1 + count // 200)


@pytest.mark.parametrize(
    "rows",
    [
        [{"Handle": "mug", "Title": "Mug", "Variant Price": "1"}, {"Handle": "mug", "Variant Price": "2"}],
        [
            mug(Option1_Name="Size", Option1_Value="S", Variant_SKU="1"),
            {"Handle": "mug", "Option1 Value": "S", "Variant SKU": "2", "Variant Price": "2"},
        ],
    ],
)
def test_two_variants_that_nothing_tells_apart_are_an_error(import_rows: Run, rows: list[dict[str, str]]) -> None:
    with pytest.raises(RefusedFile, match="1 error"):
        import_rows(*rows)


def test_a_file_with_fewer_option_columns_finds_the_variant(import_rows: Run) -> None:
    import_rows(mug(Option1_Name="Size", Option1_Value="S", Option2_Name="Colour", Option2_Value="Red"))
    report = import_rows({"Handle": "mug", "Option1 Value": "S", "Variant Price": "7"})
    assert changes(report) == [("Variant Price", Decimal("9.50"), Decimal("7.00"))]
    assert Variant.objects.get().option2 == "Red"


@pytest.mark.parametrize("header", ["Price / \x00", "=cmd (product.metafields.custom.a)", "Price / " + "x" * 300])
def test_a_strange_header_breaks_nothing(import_rows: Run, header: str) -> None:
    import_rows(mug(**{header: "5"}))
    assert not exported().split("\r\n")[0].rpartition(",")[2].startswith("=")
