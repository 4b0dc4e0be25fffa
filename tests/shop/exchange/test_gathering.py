"""From rows to products, without a shop."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from shop.exchange import gathering
from shop.exchange.gathering import gather
from shop.exchange.problems import Findings
from shop.exchange.reading import read_sheet
from shop.exchange.records import ProductRecord
from tests.shop.exchange.conftest import Write, mug

Gathered = Callable[..., list[ProductRecord]]


@pytest.fixture
def findings() -> Findings:
    return Findings()


@pytest.fixture
def gathered(write_rows: Write, findings: Findings) -> Gathered:
    def run(*rows: Mapping[str, str]) -> list[ProductRecord]:
        return gather(read_sheet(write_rows(*rows)), findings)

    return run


SHIRT = {"Handle": "shirt", "Title": "Shirt", "Option1 Name": "Size", "Option1 Value": "S", "Variant Price": "20"}


def size(value: str, price: str = "20", **cells: str) -> dict[str, str]:
    return {"Handle": "shirt", "Option1 Value": value, "Variant Price": price, **cells}


def errors(findings: Findings) -> list[str]:
    return [str(error) for error in findings.errors]


def warnings(findings: Findings) -> list[str]:
    return [str(warning) for warning in findings.warnings]


def test_following_rows_carry_further_variants(gathered: Gathered, findings: Findings) -> None:
    (shirt,) = gathered(SHIRT, size("M"), size("L", "22.50"))
    assert [v.values["option1"] for v in shirt.variants] == ["S", "M", "L"]
    assert shirt.variants[2].values["price"] == Decimal("22.50")
    assert (errors(findings), warnings(findings)) == ([], [])


def test_a_product_without_options_is_written_as_default_title(gathered: Gathered) -> None:
    (product,) = gathered(mug())
    assert product.values["option1_name"] == ""
    assert product.variants[0].combination == ("", "", "")


def test_an_option_that_is_called_title_is_one_if_its_value_is_another(gathered: Gathered) -> None:
    (product,) = gathered(mug(**{"Option1_Value": "Deluxe"}))
    assert product.values["option1_name"] == "Title"
    assert product.variants[0].combination == ("Deluxe", "", "")


def test_image_only_rows_carry_no_variant(gathered: Gathered, findings: Findings) -> None:
    image = {
        "Handle": "shirt",
        "Image Src": "https://example.org/2.jpg",
        "Image Position": "2",
        "Image Alt Text": "Back",
    }
    noise = {"Variant Grams": "0", "Variant Requires Shipping": "TRUE", "Variant Inventory Policy": "deny"}
    (shirt,) = gathered(SHIRT | {"Image Src": "https://example.org/1.jpg"}, image | noise)
    assert len(shirt.variants) == 1
    assert [(p.url, p.position, p.values["alt"]) for p in shirt.pictures] == [
        ("https://example.org/1.jpg", None, ""),
        ("https://example.org/2.jpg", 2, "Back"),
    ]
    assert errors(findings) == []


def test_a_picture_that_is_repeated_on_each_row_is_one(gathered: Gathered) -> None:
    (shirt,) = gathered(SHIRT | {"Image Src": "https://e.org/1.jpg"}, size("M", **{"Image Src": "https://e.org/1.jpg"}))
    assert len(shirt.pictures) == 1


def test_rows_without_handle_and_title_continue_the_product_above(gathered: Gathered) -> None:
    (shirt,) = gathered(SHIRT, size("M") | {"Handle": ""})
    assert len(shirt.variants) == 2


def test_a_missing_handle_is_made_of_the_title(gathered: Gathered) -> None:
    assert [p.handle for p in gathered({"Title": "Blue Mug"}, {"Title": "Red Mug"})] == ["blue-mug", "red-mug"]


def test_rows_that_stand_apart_are_one_product_with_a_warning(gathered: Gathered, findings: Findings) -> None:
    products = gathered(SHIRT, mug(), size("M"))
    assert [(p.handle, len(p.variants)) for p in products] == [("shirt", 2), ("mug", 1)]
    assert warnings(findings) == ["line 4, Handle: continues a product that began further above"]


def test_two_titles_under_one_handle_are_an_error(gathered: Gathered, findings: Findings) -> None:
    gathered(SHIRT, size("M") | {"Title": "Skirt"})
    assert errors(findings) == ["line 3, Title: differs from the title in line 2 under the same handle"]
    assert findings.bad_handles == {"shirt": 3}


def test_a_title_that_is_repeated_on_each_row_is_none(gathered: Gathered, findings: Findings) -> None:
    gathered(SHIRT | {"Vendor": "Ana"}, size("M") | {"Title": "Shirt", "Vendor": "Bo"})
    assert errors(findings) == []
    assert warnings(findings) == ["line 3, Vendor: differs from line 2, which counts"]


def test_a_bad_cell_is_named_by_line_column_and_reason(gathered: Gathered, findings: Findings) -> None:
    gathered(SHIRT, size("M", "abc"))
    assert errors(findings) == ["line 3, Variant Price: “abc” is not a number"]


def test_an_error_names_the_column_as_the_file_does(gathered: Gathered, findings: Findings) -> None:
    gathered({"URL handle": "a", "Title": "A", "Price": "abc"})
    assert errors(findings) == ["line 2, Price: “abc” is not a number"]


def test_all_errors_are_found_at_once(gathered: Gathered, findings: Findings) -> None:
    gathered(mug(**{"Variant_Grams": "heavy", "Status": "asleep"}), {"Handle": "no good", "Title": "X"})
    assert len(findings.errors) == 3


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{"Handle": "", "Title": "", "Variant Price": "1"}], "line 2, Handle: is empty"),
        ([{"Handle": "a", "Title": " ", "Variant Price": "1"}], "line 2, Title: is empty"),
        ([{"Handle": "", "Title": "衬衫"}], "line 2, Handle: is empty, and none follows from the title"),
        ([mug(Variant_Price="", Variant_SKU="M")], "line 2, Variant Price: is empty; a variant needs a price"),
        ([SHIRT, size("S")], "line 3, Option1 Value: the same combination of options as line 2"),
        (
            [SHIRT | {"Option2 Name": "", "Option2 Value": "Red"}],
            "line 2, Option2 Value: has a value, but the product has no option of that number",
        ),
        (
            [mug(Variant_Inventory_Tracker="shopify", Variant_Inventory_Policy="deny", Variant_Inventory_Qty="-3")],
            "line 2, Variant Inventory Qty: -3 is below zero, and the policy is deny",
        ),
    ],
)
def test_what_is_wrong_is_said(gathered: Gathered, findings: Findings, rows: list[dict[str, str]], error: str) -> None:
    gathered(*rows)
    assert error in errors(findings)


def test_cells_beyond_the_header_are_an_error(tmp_path: Path, findings: Findings) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Handle,Title,Size\na,A,1\nb,B,2,left over\n")
    gather(read_sheet(path), findings)
    assert errors(findings) == ["line 3: has 4 cells, but the header has 3; is a quote missing?"]
    assert findings.bad_handles == {"b": 3}


def test_empty_cells_beyond_the_header_are_none_and_missing_ones_are_empty(tmp_path: Path, findings: Findings) -> None:
    path = tmp_path / "uneven.csv"
    path.write_text("Handle,Title\na,A,,,\nb\n")
    assert len(gather(read_sheet(path), findings)) == 2
    assert errors(findings) == ["line 3, Title: is empty"]


def test_less_than_nothing_may_be_in_stock_where_it_is_sold_on(gathered: Gathered, findings: Findings) -> None:
    (product,) = gathered(
        mug(Variant_Inventory_Tracker="shopify", Variant_Inventory_Policy="continue", Variant_Inventory_Qty="-3")
    )
    assert product.variants[0].values["on_hand"] == -3
    assert errors(findings) == []


def test_a_sku_that_is_there_twice_is_a_warning(gathered: Gathered, findings: Findings) -> None:
    gathered(SHIRT | {"Variant SKU": "S1"}, size("M") | {"Variant SKU": "S1"})
    assert warnings(findings) == ["line 3, Variant SKU: “S1” is also in line 2"]


def test_unlisted_becomes_active_but_not_published(gathered: Gathered, findings: Findings) -> None:
    (product,) = gathered(mug(Published="TRUE", Status="unlisted"))
    assert (product.values["status"], product.values["published"]) == ("active", False)
    assert "unlisted" in warnings(findings)[0]


def test_a_gift_card_is_warned_of(gathered: Gathered, findings: Findings) -> None:
    gathered(mug(Gift_Card="TRUE"))
    assert warnings(findings) == ["line 2, Gift Card: gift cards are imported as ordinary products"]


def test_too_many_variants_are_an_error(
    gathered: Gathered, findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MAX_VARIANTS", 2)
    gathered(SHIRT, size("M"), size("L"))
    assert "more than 2 variants" in errors(findings)[0]
