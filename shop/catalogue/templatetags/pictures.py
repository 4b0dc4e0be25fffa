"""``{% picture pic sizes="(min-width: 60rem) 33vw, 100vw" lazy=True class="..." %}``: a picture in all its widths."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shop.catalogue.models import Picture
from shop.catalogue.renditions import FALLBACK, MODERN, address, widths_for

register = template.Library()
SRC_WIDTH = 960


@register.simple_tag(name="picture")
def show_picture(
    picture: Picture, sizes: str = "100vw", lazy: bool = True, alt: str | None = None, **attributes: str
) -> SafeString:
    """``lazy=False`` for the largest picture of the first screen: it is then fetched first, not last.

    ``alt`` overrides the picture's own text; other attributes (class, id) go to the <img>.
    """
    shown = {
        **({"loading": "lazy"} if lazy else {"fetchpriority": "high"}),
        **attributes,
        "alt": shown_alt(picture) if alt is None else alt,
    }
    return format_html(
        '<picture><source type="image/{}" srcset="{}" sizes="{}">'
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" decoding="async"{}></picture>',
        MODERN,
        srcset(picture, MODERN),
        sizes,
        picture_address(picture),
        srcset(picture, FALLBACK),
        sizes,
        picture.width,
        picture.height,
        format_html_join("", ' {}="{}"', shown.items()),
    )


@register.simple_tag
def picture_address(picture: Picture, width: int = SRC_WIDTH) -> str:
    """The address of one JPEG: the widest that is not wider than ``width``, else the narrowest."""
    widths = widths_for(picture.width)
    return address(picture.digest, max((rung for rung in widths if rung <= width), default=widths[0]))


def srcset(picture: Picture, extension: str) -> str:
    return ", ".join(f"{address(picture.digest, w, extension)} {w}w" for w in widths_for(picture.width))


def shown_alt(picture: Picture) -> str:
    """The text in the active language; without one the product's name, if that costs no query."""
    language = (get_language() or "").split("-")[0]
    text = str(picture.alt_translations.get(language) or picture.alt)
    if not text and Picture.product.is_cached(picture):
        return picture.product.shown_name
    return text
