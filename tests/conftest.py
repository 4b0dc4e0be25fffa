"""The cast and the goods that every test shares."""

from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from deploy.prepare import compile_translations
from shop.catalogue.models import Product, ProductOption, Variant
from shop.customers.models import User
from shop.stock.models import StockItem, StockMovement


@pytest.fixture(scope="session", autouse=True)
def compiled_translations() -> None:
    """Git holds the texts as people write them; Django reads them compiled."""
    compile_translations()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite's test database is a file, as the real one is: one in memory knows no locks between threads."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def first_language() -> None:
    """A page that a test asked for in Spanish leaves the thread speaking Spanish."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    """Pages name their static files without hashes: no test has to collect them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A real hash takes the better part of a second, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@example.com", "a long enough word", name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob@example.com", "a long enough word", name="Bob")


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("staff@example.com", "a long enough word", name="Staff")


@pytest.fixture
def waves(db: None) -> Product:
    """A listed print in two sizes, ten of each in stock."""
    product = Product.objects.create(
        handle="waves",
        name="Waves",
        description="<p>Lines that meet.</p>",
        translations={"es": {"name": "Olas"}},
        price_from=Decimal("19.90"),
    )
    ProductOption.objects.create(product=product, position=1, name="Size")
    for position, (size, price) in enumerate([("A4", "19.90"), ("A3", "29.90")], start=1):
        variant = Variant.objects.create(
            product=product, position=position, sku=f"WAVES-{size}", option1=size, price=Decimal(price)
        )
        item = StockItem.objects.create(variant=variant, on_hand=10)
        StockMovement.objects.create(item=item, delta=10, reason=StockMovement.Reason.COUNT)
    return product
