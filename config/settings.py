"""Settings of both doors, fed by the environment alone.

Without any variable this is a local installation: SQLite and files under ``var/``. ``ENVIRONMENT=production``
refuses to start until everything that a public site needs has been said, and names what is missing.
``docs/settings.md`` lists every variable; a test holds the two together.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import logs, rates, trade
from config.secret import read_or_create_secret, secret_from_file

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT: str = env.str("ENVIRONMENT", default="local")
if ENVIRONMENT not in {"local", "production"}:
    raise ImproperlyConfigured(f'ENVIRONMENT must be "local" or "production", not "{ENVIRONMENT}".')
PRODUCTION = ENVIRONMENT == "production"

if PRODUCTION:
    missing = [name for name in ("SITE_URL", "DATABASE_URL", "REDIS_URL") if not env.str(name, default="")]
    if not env.str("SECRET_KEY", default="") and not env.str("SECRET_KEY_FILE", default=""):
        missing.append("SECRET_KEY (or SECRET_KEY_FILE)")
    if missing:
        raise ImproperlyConfigured("ENVIRONMENT=production needs these variables: " + ", ".join(missing))

DEBUG: bool = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

if env.str("SECRET_KEY", default=""):
    SECRET_KEY: str = env.str("SECRET_KEY")
elif env.str("SECRET_KEY_FILE", default=""):
    SECRET_KEY = secret_from_file(Path(env.str("SECRET_KEY_FILE")))
else:
    SECRET_KEY = read_or_create_secret(DATA_DIR / "secret_key")

# Where the front door is, as a browser writes it.
SITE_URL: str = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8080)}").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f'SITE_URL must look like "https://shop.example.org", not "{SITE_URL}".')
HTTPS = _site.scheme == "https"

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[_site.hostname, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    # Before allauth, whose templates it replaces.
    "shop.customers",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "shop.catalogue",
    "shop.stock",
    "shop.basket",
    "shop.orders",
    "shop.payments",
    "shop.checkout",
    "shop.exchange",
    "chat.live",
    "chat.rooms",
    "deploy.compare",
]

MIDDLEWARE = [
    "config.served_by.ServedByMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.page.page",
            ],
        },
    },
]

# Database: the truth. SQLite in WAL mode for one machine, PostgreSQL for the real thing.
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'ambos.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        # A transaction takes the write lock at its start, so that none fails half-way with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    # config/asgi.py sets 0: Django advises against persistent connections under ASGI.
    _database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # an address that is gone says nothing
if env.str("DATABASE_PASSWORD_FILE", default=""):
    _database["PASSWORD"] = secret_from_file(Path(env.str("DATABASE_PASSWORD_FILE")))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: the doorbell between processes, and the cache. Without it each process keeps its own and the sweep carries.
REDIS_URL: str = env.str("REDIS_URL", default="")
CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "config.cache.SteadyRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ambos",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    # The pub/sub layer: the core layer's blocking pop collides with redis-py 8's socket timeout (channels_redis #422).
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "ambos"},
    }

# One session behind both doors, in the database: a lost Redis logs nobody out.
SESSION_ENGINE = "config.sessions"
AUTH_USER_MODEL = "customers.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "shop.customers.forms.LoginForm",
    "signup": "shop.customers.forms.SignupForm",
    "add_email": "shop.customers.forms.ChangeEmailForm",
    "reset_password": "shop.customers.forms.ResetPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "optional"
# One address a person, which changes once the new one is confirmed; and a mail when it or the password did.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "shop.customers.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "shop.customers.models.display_name"

# Language and time.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# Files. nginx serves both folders; SERVE_FILES makes Django do it where no nginx stands in front.
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
SERVE_FILES: bool = env.bool("SERVE_FILES", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.StaticStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644

# Limits.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Mail goes through the worker: into files by default, by SMTP where EMAIL_URL says so (smtp+tls://user:password@host:587).
EMAIL_TIMEOUT = 30  # seconds; without one, a server that hangs would hold the worker for ever
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default=f"Ambos <shop@{_site.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# The shop.
SHOP_CURRENCY = trade.currency(env.str("SHOP_CURRENCY", default="EUR"))
SHOP_TAX_RATE_PERCENT = trade.tax_rate(env.str("SHOP_TAX_RATE_PERCENT", default="21"))
PICTURE_MAX_PIXELS: int = env.int("PICTURE_MAX_PIXELS", default=40_000_000)
PICTURE_MAX_BYTES: int = env.int("PICTURE_MAX_BYTES", default=20 * 1024 * 1024)
# The sandbox gateway's call-back goes to this address over HTTP, as a real gateway's would.
PAYMENT_CALLBACK_URL: str = env.str("PAYMENT_CALLBACK_URL", default=SITE_URL).rstrip("/")
# A public shop that says nothing of it sells nothing for play money.
PAYMENT_SANDBOX: bool = env.bool("PAYMENT_SANDBOX", default=not PRODUCTION)

# The chat. Empty: the page's own host. Where no nginx joins the two doors, the address of the asgi process ("ws://localhost:8081").
LIVE_URL: str = env.str("LIVE_URL", default="").rstrip("/")
# Sockets that one address may have open in one process. A school behind one address is one address.
LIVE_CONNECTIONS_PER_ADDRESS: int = env.int("LIVE_CONNECTIONS_PER_ADDRESS", default=200)
# Frames that one socket may send in the long run; three times as many at once.
LIVE_FRAMES_PER_SECOND: int = env.int("LIVE_FRAMES_PER_SECOND", default=20)
# Messages into one room that one transaction takes at most.
LIVE_SENDS_A_COMMIT: int = env.int("LIVE_SENDS_A_COMMIT", default=256)

# What one person, and a room as a whole, may say in so many seconds: (messages, seconds), or None without a limit.
CHAT_RATE_USER = rates.rate("CHAT_RATE_USER", env.str("CHAT_RATE_USER", default="10/10"))
CHAT_RATE_GUEST = rates.rate("CHAT_RATE_GUEST", env.str("CHAT_RATE_GUEST", default="6/10"))
CHAT_RATE_ROOM = rates.rate("CHAT_RATE_ROOM", env.str("CHAT_RATE_ROOM", default="100/10"))

# The demonstration: which door answered, in how long, with how many queries.
SHOW_SERVED_BY: bool = env.bool("SHOW_SERVED_BY", default=True)
SERVER_NAME_SHOWN: str = env.str("SERVER_NAME_SHOWN", default="")
# Whoever starts a process says which it is ("wsgi", "asgi", "worker") and in what topology; /compare/ shows it.
PROCESS_NAME: str = env.str("PROCESS_NAME", default="")
TOPOLOGY: str = env.str("TOPOLOGY", default="")
DRAIN_FILE = Path(env.str("DRAIN_FILE", default=str(DATA_DIR / "run" / "draining")))

# Security. TLS ends at the proxy; what only makes sense with it follows SITE_URL.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# A site whose SITE_URL is plain http (the compose set-up on localhost) cannot redirect to, or insist on, TLS.
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        # Older browsers do not count ws: as 'self', so the socket's own address is named too.
        "connect-src": [SELF, SITE_URL.replace("http", "ws", 1), *([LIVE_URL] if LIVE_URL else [])],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logs.configuration(env.str("LOG_LEVEL", default="INFO").upper())
