from django.apps import AppConfig


class BasketConfig(AppConfig):
    name = "shop.basket"
    label = "basket"

    def ready(self) -> None:
        from shop.basket import merging  # noqa: F401 - connects to the log-in
