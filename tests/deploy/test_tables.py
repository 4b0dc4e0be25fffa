"""Files that people write are read strictly; every complaint says where and what."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.tables import Table, read

CONTENT = {
    "word": "w",
    "flag": True,
    "count": 3,
    "share": 0.5,
    "list": ["a", ""],
    "inner": {"deep": {"n": "1"}},
    "rows": [1],
}


@pytest.mark.parametrize(
    ("take", "complaint"),
    [
        (lambda t: t.take("none", str), "f.toml: none is missing"),
        (lambda t: t.take("count", str), "f.toml: count must be a text in quotes"),
        (lambda t: t.take("flag", int), "f.toml: flag must be a whole number"),
        (lambda t: t.number("flag"), "f.toml: flag must be a number"),
        (lambda t: t.number("none"), "f.toml: none is missing"),
        (lambda t: t.words("list"), "f.toml: list must be a list of words"),
        (lambda t: t.table("word"), "f.toml: word must be a table"),
        (lambda t: t.texts("inner"), "f.toml: inner.deep must be a text in quotes"),
        (lambda t: t.table("inner").table("deep").take("n", int), "f.toml: inner.deep.n must be a whole number"),
        (lambda t: t.tables("rows"), "f.toml: rows[1] must be a table"),
        (lambda t: t.one_of("word", ("a", "b")), 'f.toml: word must be one of a, b, not "w"'),
        (lambda t: t.table("inner").only({"shallow"}), "f.toml: inner.deep is not known here; known are: shallow"),
    ],
)
def test_what_is_not_as_it_should_be_is_named_with_its_place(take: Callable[[Table], object], complaint: str) -> None:
    with pytest.raises(DeployError) as caught:
        take(Table("f.toml", CONTENT))
    assert str(caught.value) == complaint


def test_what_is_left_out_may_have_a_default() -> None:
    table = Table("f.toml", CONTENT)
    assert table.take("none", str, "") == ""
    assert table.number("none", 10) == 10
    assert table.words("none", optional=True) == ()
    assert table.texts("none", optional=True) == {}


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_told_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    with pytest.raises(DeployError, match=r"^mine\.toml: not valid TOML: ") as caught:
        read(file)
    assert "\n" not in str(caught.value)
