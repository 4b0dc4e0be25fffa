from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "shop.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from shop.catalogue import pictures  # noqa: F401 - a deleted picture's files go with it
