"""The countries that the shop sends to, by their ISO codes; their names come from CLDR in the reader's language."""

import unicodedata

from babel import Locale
from django.utils.translation import get_language

EUROPE = (
    *("AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "SM"),
)
OVERSEAS = ("AR", "AU", "CA", "CL", "CO", "CR", "JP", "KR", "MX", "NZ", "PE", "SG", "US", "UY")
COUNTRIES = frozenset((*EUROPE, *OVERSEAS))


def country_name(code: str) -> str:
    return str(_locale().territories.get(code, code))


def country_choices() -> list[tuple[str, str]]:
    """Code and name, in the order of the names."""
    return sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda choice: _folded(choice[1]))


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").replace("-", "_"))


def _folded(name: str) -> str:
    """As it is looked up in a list: "Österreich" among the O's."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
