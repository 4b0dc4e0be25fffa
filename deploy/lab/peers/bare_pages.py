"""The pages of the bare peers: the interface brings no templates, the standard library's are filled by hand."""

from __future__ import annotations

from html import escape
from string import Template

from deploy.lab.peers.rows import Row

PAGE = Template(
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>$title</title></head>\n'
    "<body>\n<h1>$title</h1>\n$body</body>\n</html>\n"
)
ONE = Template('<p class="price">$price</p>\n<p>$note</p>\n')
EACH = Template('<li id="row-$id">$name: $price, $note</li>\n')


def row_page(row: Row) -> bytes:
    body = ONE.substitute(price=escape(row.price), note=escape(row.note))
    return PAGE.substitute(title=escape(row.name), body=body).encode()


def _item(row: Row) -> str:
    return EACH.substitute(id=row.id, name=escape(row.name), price=escape(row.price), note=escape(row.note))


def rows_page(rows: list[Row]) -> bytes:
    items = "".join(_item(row) for row in rows)
    return PAGE.substitute(title="Rows", body=f"<ul>\n{items}</ul>\n").encode()
