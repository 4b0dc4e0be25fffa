"""The site's own settings, and an app beside the others whose streams go wrong. The asgi process takes them by
DJANGO_SETTINGS_MODULE; no line of the site knows of them."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.live.faulty"]
