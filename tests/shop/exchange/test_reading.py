from pathlib import Path

import pytest

from shop.exchange import reading
from shop.exchange.problems import UnreadableFile
from shop.exchange.reading import decode, parse_sheet, read_sheet


def test_a_byte_order_mark_is_not_part_of_the_first_header() -> None:
    sheet = parse_sheet(decode("\ufeffHandle,Title\r\na,A\r\n".encode()))
    assert sheet.headers == ["Handle", "Title"]
    assert sheet.rows[0].cells == ["a", "A"]


def test_utf_16_is_known_by_its_mark() -> None:
    assert parse_sheet(decode("Handle\tTitle\na\tÁ\n".encode("utf-16"))).rows[0].cells == ["a", "Á"]


def test_latin_1_is_refused_by_line_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"line 3: the file is not UTF-8.*--encoding"):
        decode("Handle,Title\na,A\nb,Café\n".encode("latin-1"))


def test_latin_1_is_read_when_it_is_named() -> None:
    assert decode("Café".encode("latin-1"), encoding="latin-1") == "Café"


def test_an_encoding_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no encoding “klingon”"):
        decode(b"Handle", encoding="klingon")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = delimiter.join(["Handle", "Title", "Body (HTML)"]) + "\n" + delimiter.join(["a", "A", '"x,;\ty"']) + "\n"
    assert parse_sheet(text).rows[0].cells == ["a", "A", "x,;\ty"]


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    text = 'Handle,Body (HTML)\r\na,"one\r\ntwo, ""quoted"""\r\n\r\nb,x\r\n'
    sheet = parse_sheet(text)
    assert [row.line for row in sheet.rows] == [2, 5]
    assert sheet.rows[0].cells[1] == 'one\r\ntwo, "quoted"'


def test_rows_of_empty_cells_are_left_out() -> None:
    assert parse_sheet("Handle,Title\n,,\n  ,\na,A\n").rows[0].line == 4


def test_a_quote_that_never_ends_is_refused_by_line() -> None:
    with pytest.raises(UnreadableFile, match="line 3"):
        parse_sheet('Handle,Title\na,A\nb,"B\nc,C\n')


def test_unknown_columns_are_named() -> None:
    assert parse_sheet("Handle,Colour of the box,Title\n").unknown == ["Colour of the box"]


def test_two_columns_that_mean_the_same_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="“Variant Price” and “Price” mean the same"):
        parse_sheet("Handle,Variant Price,Price\n")


@pytest.mark.parametrize("text", ["", "\n\n", "name,amount\n1,2\n"])
def test_what_is_no_product_csv_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        parse_sheet(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nothing\.csv"):
        read_sheet(tmp_path / "nothing.csv")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_sheet(tmp_path)


def test_a_file_beyond_the_limit_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 10)
    (tmp_path / "large.csv").write_text("Handle,Title\n")
    with pytest.raises(UnreadableFile, match="13 bytes; at most 10"):
        read_sheet(tmp_path / "large.csv")


def test_rows_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        parse_sheet("Handle\na\nb\nc\n")


def test_a_description_may_be_longer_than_the_csv_module_takes_by_itself() -> None:
    assert len(parse_sheet(f"Handle,Body (HTML)\na,{'x' * 200_000}\n").rows[0].cells[1]) == 200_000


def test_a_cell_beyond_the_limit_is_refused_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CELL_CHARACTERS", 50)
    with pytest.raises(UnreadableFile, match="line 2"):
        parse_sheet(f"Handle,Body (HTML)\na,{'x' * 51}\n")
