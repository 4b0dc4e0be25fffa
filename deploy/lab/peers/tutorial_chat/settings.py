"""The tutorial's settings, with the channel layer that ``TUTORIAL_REDIS_URL`` says: Redis where it is set, else memory.

The tutorial itself names channels_redis' core layer; its pub/sub layer is the one that outlives redis-py 8's time-outs
(docs/settings.md), and the faster one.
"""

import os

SECRET_KEY = "a laboratory's, which signs nothing"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "deploy.lab.peers.tutorial_chat.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE: list[str] = []
USE_I18N = False
# Sessions are read from it; a socket without a cookie never asks.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
LOGGING = {"version": 1, "loggers": {"django.request": {"level": "ERROR"}}}

CHANNEL_LAYERS: dict[str, dict[str, object]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if redis_url := os.environ.get("TUTORIAL_REDIS_URL", ""):
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [redis_url]},
    }
