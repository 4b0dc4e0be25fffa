"""Django with nothing that the other peers lack: no middleware, no sessions, no users."""

from deploy.lab.peers import rows

SECRET_KEY = "a laboratory's, which signs nothing"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "deploy.lab.peers.django_peer.urls_sync"
INSTALLED_APPS = ["deploy.lab.peers.django_peer"]
MIDDLEWARE: list[str] = []
# Nothing about a request, as with the other peers: Django would tell of each that it answers with 4xx.
LOGGING = {"version": 1, "loggers": {"django.request": {"level": "ERROR"}}}
USE_I18N = False
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES: dict[str, dict[str, str | int | None]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{rows.FILE}?mode=ro",
        # Kept open by each thread, as a site on WSGI does.
        "CONN_MAX_AGE": None,
    }
}
