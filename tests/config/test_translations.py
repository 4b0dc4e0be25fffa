"""The shop speaks Spanish: everywhere, in every text of the code, and with every number and name in its place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.test import Client
from django.urls import reverse
from django.utils import translation

from shop.catalogue.models import Product
from shop.customers.models import User
from tests.programs import find_program, skipped_when_missing
from tests.shop.buying import standard

CATALOGUE = Path("config", "locale", "es", "LC_MESSAGES", "django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
SPANISH = {"accept-language": "es"}
ENGLISH_WORDS = re.compile(
    r"\b(?:the|and|with|your|you|of|is|are|basket|prints?|page|sign|price|send)\b", re.IGNORECASE
)


def entries(source: Path) -> Iterator[Message]:
    with open(source, "rb") as file:
        yield from (message for message in read_po(file) if message.id)


def texts(value: object) -> list[str]:
    """An entry's text, or all its plural forms."""
    return [value] if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def catalogue() -> list[Message]:
    return list(entries(settings.BASE_DIR / CATALOGUE))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of what speaks, for gettext's tools to write in."""
    with skipped_when_missing():
        find_program("xgettext", "gettext")
    ignored = shutil.ignore_patterns("static", "__pycache__", "*.mo")
    for folder in ("config", "shop", "chat", "deploy"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    return tmp_path


def test_every_text_of_the_code_is_in_the_catalogue(catalogue: list[Message], sources: Path) -> None:
    command = [sys.executable, "manage.py", "makemessages", "--locale=es", "--no-location", "--no-obsolete"]
    environment = {**os.environ, "DATA_DIR": str(sources / "var"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=sources, env=environment, check=True, capture_output=True)
    there = {(message.context, message.id) for message in catalogue}
    needed = {(message.context, message.id) for message in entries(sources / CATALOGUE)}
    assert needed - there == set(), "not in the catalogue: run `make messages` and translate"
    assert there - needed == set(), "no longer in the code: run `make messages`"


def test_nothing_is_left_untranslated(catalogue: list[Message]) -> None:
    assert [message.id for message in catalogue if not texts(message.string) or not all(texts(message.string))] == []


def test_no_translation_is_a_guess(catalogue: list[Message]) -> None:
    assert [message.id for message in catalogue if message.fuzzy] == []


def test_every_plural_has_each_of_its_forms(catalogue: list[Message]) -> None:
    """One, a million (which Spanish counts with "de"), and all others."""
    plurals = [message for message in catalogue if message.pluralizable]
    assert plurals
    assert [message.id for message in plurals if len(texts(message.string)) != 3] == []


def test_every_translation_keeps_its_placeholders(catalogue: list[Message]) -> None:
    wrong = []
    for message in catalogue:
        wanted = sorted(PLACEHOLDER.findall(texts(message.id)[-1]))
        wrong += [text for text in texts(message.string) if sorted(PLACEHOLDER.findall(text)) != wanted]
    assert wrong == []


def test_punctuation_is_spanish(catalogue: list[Message]) -> None:
    foreign = [
        text
        for message in catalogue
        for text in texts(message.string)
        if text.count("?") != text.count("¿") or text.count("!") != text.count("¡") or "“" in text
    ]
    assert foreign == []


class WhatPeopleRead(HTMLParser):
    """The words of a page, those that are read aloud included."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.words += [
            value for name, value in attrs if name in {"alt", "aria-label", "title", "placeholder"} and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def read_aloud(page: str) -> str:
    reader = WhatPeopleRead()
    reader.feed(page)
    return " ".join(" ".join(reader.words).split())


def assert_spanish(page: str, *words: str) -> None:
    text = read_aloud(page)
    assert [word for word in words if word not in text] == []
    assert ENGLISH_WORDS.findall(text) == []
    assert '<html lang="es"' in page


@pytest.fixture
def olas(waves: Product) -> Product:
    """Waves, with no word of English left in its own texts."""
    waves.translations = {"es": {"name": "Olas", "description": "<p>Líneas que se encuentran.</p>"}}
    waves.save(update_fields=["translations"])
    return waves


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", ["Ver todas las láminas", "Novedades", "desde 19,90"]),
        ("/all/", ["Todas las láminas", "1 lámina", "Precio, de menor a mayor"]),
        ("/p/waves/", ["Añadir a la cesta", "IVA", "Disponible"]),
        ("/basket/", ["Tu cesta", "Todavía está vacía"]),
        ("/account/login/", ["Iniciar sesión", "Contraseña", "Crear una cuenta"]),
        ("/account/signup/", ["Crear la cuenta", "Tu contraseña debe tener al menos 8 caracteres"]),
        ("/account/password/reset/", ["¿Has olvidado tu contraseña?"]),
        ("/chat/", ["La galería", "Tu nombre en el chat", "Todavía nadie ha dicho nada"]),
        ("/nothing/", ["Aquí no cuelga nada", "Las láminas siguen en la pared"]),
    ],
)
def test_a_page_speaks_spanish(client: Client, olas: Product, address: str, words: list[str]) -> None:
    response = client.get(address, headers=SPANISH, follow=True)
    assert_spanish(response.content.decode(), "Saltar al contenido", "Cesta", "Apariencia", *words)


def test_a_purchase_speaks_spanish(client: Client, olas: Product) -> None:
    standard()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    variant = olas.variants.all()[0]
    page = client.post(reverse("basket:add"), {"variant": variant.pk, "quantity": 2}, follow=True).content.decode()
    assert_spanish(page, "Has añadido Olas", "2 unidades", "IVA incluido", "Tramitar el pedido")
    page = client.get(reverse("checkout:start")).content.decode()
    assert_spanish(page, "Dirección y envío", "Código postal", "Revisar el pedido")
    page = client.post(reverse("checkout:start"), {"email": "carol"}).content.decode()
    assert_spanish(page, "Este campo es obligatorio", "Introduce un correo electrónico válido")


@pytest.mark.parametrize("address", ["/account/", "/account/email/", "/account/password/change/", "/orders/"])
def test_a_persons_own_pages_speak_spanish(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    assert_spanish(client.get(address, headers=SPANISH).content.decode(), "Cuenta", "Cesta")


def test_the_libraries_words_are_informal_too(client: Client, alice: User) -> None:
    wrong = {"login": alice.email, "password": "not the word"}
    page = client.post("/account/login/", wrong, headers=SPANISH).content.decode()
    assert_spanish(page, "El correo electrónico o la contraseña no son correctos.")
    with translation.override("es"):
        assert all("Tu contraseña" in text for text in password_validators_help_texts())
