from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.exchange import cells
from shop.exchange.cells import Kind
from shop.exchange.problems import BadCell


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("12.5", "12.50"),
        (" 12 ", "12.00"),
        ("1,234.50", "1234.50"),
        ("1,234,567.00", "1234567.00"),
        ("12.", "12.00"),
        (".5", "0.50"),
        ("12.500", "12.50"),
        ("-0", "0.00"),
        ("0", "0.00"),
    ],
)
def test_an_amount_is_read(cell: str, amount: str) -> None:
    assert str(cells.read_amount(cell)) == amount


def test_an_empty_amount_is_none() -> None:
    assert cells.read_amount("  ") is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("abc", "“abc” is not a number"),
        ("12,50", "the decimal sign is a point"),
        ("1,234", "the decimal sign is a point"),
        ("1.234,50", "the decimal sign is a point"),
        ("€12", "is not a number"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
        ("1e3", "is not a number"),
        ("0x10", "is not a number"),
        ("١٢", "is not a number"),
        ("-1", "is below zero"),
        ("12.345", "more than two decimals"),
        ("99999999999.00", "is too large"),
        ("9" * 500, "is too large"),
    ],
)
def test_what_is_no_amount_says_why(cell: str, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        cells.read_amount(cell)


@pytest.mark.parametrize(("cell", "number"), [("", 0), ("3", 3), ("-2", -2), ("5.0", 5)])
def test_a_whole_number_is_read(cell: str, number: int) -> None:
    assert cells.read_integer(cell) == number


@pytest.mark.parametrize("cell", ["1.5", "many", "1,000", "2147483648", "9" * 5000, "NaN"])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        cells.read_integer(cell)


def test_grams_are_rounded_half_up() -> None:
    assert [cells.GRAMS.read(cell) for cell in ("453.59237", "0.5", "", "12")] == [454, 1, 0, 12]


@pytest.mark.parametrize("cell", ["-1", "heavy", "1,000", "1e9", "99999999999"])
def test_what_is_no_weight_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        cells.GRAMS.read(cell)


@pytest.mark.parametrize(("cell", "value"), [("TRUE", True), ("false", False), (" Yes ", True), ("0", False)])
def test_words_for_true_and_false_are_read(cell: str, value: bool) -> None:
    assert cells.boolean(blank=not value).read(cell) is value


def test_the_policy_is_read_in_the_words_of_both_generations() -> None:
    words = ("continue", "deny", "TRUE", "FALSE", "", "DENY")
    assert [cells.POLICY.read(cell) for cell in words] == [True, False, True, False, False, False]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (cells.boolean(blank=True), "perhaps"),
        (cells.POLICY, "perhaps"),
        (cells.STATUS, "sleeping"),
        (cells.HANDLE, "größe"),
        (cells.HANDLE, "two words"),
        (cells.HANDLE, "x" * 256),
        (cells.text(), "x" * 256),
        (cells.text(), "bell\x07"),
        (cells.text(), "nul\x00"),
        (cells.HTML, "<p>\x00</p>"),
        (cells.PATHS, "not a path"),
        (cells.PATHS, "/".join(["x" * 100] * 6)),
        (cells.POSITION, "-1"),
        (cells.RATE, "1000"),
    ],
)
def test_a_bad_cell_is_refused(kind: Kind, cell: str) -> None:
    with pytest.raises(BadCell):
        kind.read(cell)


def test_tags_lose_spaces_blanks_and_repetitions_but_not_their_order() -> None:
    assert cells.TAGS.read(" wool, red ,, wool,blue") == ["wool", "red", "blue"]


def test_a_description_is_sanitised() -> None:
    assert cells.HTML.read('<p onclick="x()">Hi<script>x()</script></p>') == "<p>Hi</p>"


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "'=1", "''@"])
def test_text_that_a_spreadsheet_would_run_is_written_with_an_apostrophe(value: str) -> None:
    assert cells.protect(value) == "'" + value


@pytest.mark.parametrize("value", ["", "plain", "'tis", "''", "a=b"])
def test_other_text_is_written_as_it_is(value: str) -> None:
    assert cells.protect(value) == value


def test_the_apostrophe_before_a_sku_is_no_part_of_it() -> None:
    assert cells.CODE.read("'000123") == "000123"


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
_risky = st.text("'=+-@\t\r\nab ", max_size=6)


@given(_texts | _risky)
def test_any_text_comes_back_as_it_was(value: str) -> None:
    assert cells.text().read(cells.text().write(value)) == value


@given(_texts | _risky)
def test_any_sku_comes_back_as_it_was(value: str) -> None:
    assert cells.CODE.read(cells.CODE.write(value)) == value


@given(_texts | _risky)
def test_no_written_text_begins_a_formula(value: str) -> None:
    for kind in (cells.text(), cells.CODE, cells.HTML):
        assert not kind.write(value).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.decimals(0, cells.LARGEST_AMOUNT, places=2))
def test_any_amount_comes_back_as_it_was(amount: Decimal) -> None:
    assert cells.read_amount(cells.AMOUNT.write(amount)) == amount


@given(st.text(max_size=30))
def test_no_cell_breaks_a_reader(cell: str) -> None:
    kinds = [cells.AMOUNT, cells.INTEGER, cells.GRAMS, cells.POSITION, cells.RATE, cells.STATUS, cells.POLICY]
    for kind in [*kinds, cells.TAGS, cells.PATHS, cells.HANDLE, cells.CODE, cells.text(), cells.HTML]:
        with suppress(BadCell):
            kind.read(cell)
