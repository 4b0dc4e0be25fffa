"""What a shopkeeper sees."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.models import Product
from shop.exchange.management.commands import import_products
from tests.shop.exchange.conftest import Write, mug

pytestmark = pytest.mark.django_db


def run(*args: object, **options: object) -> str:
    to = io.StringIO()
    call_command("import_products", *map(str, args), stdout=to, stderr=to, **options)
    return to.getvalue()


def refused(*args: object) -> tuple[str, str]:
    to = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_products", *map(str, args), stdout=to, stderr=to)
    return to.getvalue(), str(error.value)


def test_an_import_is_summed_up(apparel: Path) -> None:
    assert run(apparel, "--no-pictures") == "20 created, 0 changed, 0 unchanged, 0 skipped\n"
    assert run(apparel, "--no-pictures") == "0 created, 0 changed, 20 unchanged, 0 skipped\n"


def test_a_file_can_come_from_the_standard_input(apparel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_name = run(apparel, "--no-pictures")
    with open(apparel) as file:
        monkeypatch.setattr("sys.stdin", file)
        again = run("-", "--no-pictures")
    assert "20" in by_name
    assert "20" in again
    assert Product.objects.count() == 20


def test_a_dry_run_tells_field_by_field(write_rows: Write) -> None:
    run(write_rows(mug(Type="Cups")), "--no-pictures")
    said = run(write_rows(mug(Type="Mugs", Variant_Price="8"), mug(Handle="cup", Title="Cup")), "--dry-run")
    assert said.splitlines() == [
        "changed: mug",
        "  Type: “Cups” → “Mugs”",
        "  Variant Price: “9.50” → “8.00”",
        "created: cup (1 variants, 0 pictures)",
        "Would be: 1 created, 1 changed, 0 unchanged, 0 skipped",
    ]


def test_errors_are_listed_and_nothing_is_imported(write_rows: Write) -> None:
    said, why = refused(write_rows(mug(), mug(Handle="cup", Variant_Price="abc")))
    assert said == "line 3, Variant Price: “abc” is not a number\n1 error\n"
    assert why == "Nothing was imported. Mend the file, or say --skip-errors."
    assert not Product.objects.exists()


def test_a_dry_run_with_errors_fails_too(write_rows: Write) -> None:
    said, why = refused(write_rows(mug(), mug(Handle="cup", Variant_Price="abc")), "--dry-run")
    assert "created: mug" in said
    assert "line 3" in said
    assert why == "With these errors nothing would be imported."


def test_a_long_list_of_errors_is_cut_and_counted(write_rows: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_products, "MAX_LISTED", 3)
    said, _why = refused(write_rows(*[mug(Handle=f"m{n}", Variant_Price="x") for n in range(10)]))
    assert said.splitlines()[3:] == ["… and 7 more", "10 errors"]


def test_skipped_products_are_named(write_rows: Write) -> None:
    said = run(write_rows(mug(), mug(Handle="cup", Variant_Price="abc")), "--skip-errors", "--no-pictures")
    assert "skipped: cup" in said
    assert said.endswith("1 created, 0 changed, 0 unchanged, 1 skipped\n")


def test_unknown_columns_are_named(write_rows: Write) -> None:
    assert "Columns that are not imported: Colour, Size" in run(
        write_rows(mug(Colour="red", Size="9")), "--no-pictures"
    )


def test_a_picture_that_cannot_be_had_is_named_and_the_product_is_there(write_rows: Write) -> None:
    said = run(write_rows(mug(Image_Src="http://127.0.0.1/a.png")))
    assert "no picture for mug: http://127.0.0.1/a.png: “127.0.0.1” is not on the public internet" in said
    assert "1 picture is missing; the next import tries again." in said
    assert Product.objects.filter(handle="mug").exists()


def test_variants_that_the_file_does_not_list_are_named(write_rows: Write) -> None:
    size = mug(Option1_Name="Size", Option1_Value="S")
    run(write_rows(size, {"Handle": "mug", "Option1 Value": "L", "Variant Price": "1"}))
    assert "mug: 1 variant is not in the file" in run(write_rows(size))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv")[1].endswith("none.csv: No such file or directory.")


def test_a_file_in_another_encoding_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_bytes("Handle;Title;Variant Price\ncafe;Café;3.50\n".encode("cp1252"))
    assert "line 2: the file is not UTF-8" in refused(path)[1]
    run(path, "--encoding", "cp1252")
    assert Product.objects.get().name == "Café"


def test_an_export_goes_to_a_file_or_to_the_output(apparel: Path, tmp_path: Path) -> None:
    run(apparel, "--no-pictures")
    to = io.StringIO()
    call_command("export_products", str(tmp_path / "all.csv"), stdout=to)
    assert to.getvalue() == "20 products exported\n"
    output = io.StringIO(newline="")
    call_command("export_products", stdout=output)
    assert output.getvalue().encode() == (tmp_path / "all.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["all.csv"]


def test_an_export_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("export_products", str(tmp_path / "no folder" / "all.csv"))
