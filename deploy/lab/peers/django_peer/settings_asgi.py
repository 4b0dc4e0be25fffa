"""The same under ASGI: async views, and database connections that end with their request, as Django asks for there."""

from deploy.lab.peers.django_peer.settings import *  # noqa: F403
from deploy.lab.peers.django_peer.settings import DATABASES

ROOT_URLCONF = "deploy.lab.peers.django_peer.urls_async"
DATABASES["default"]["CONN_MAX_AGE"] = 0
# In this process, as the other peers' fans are; so much may wait for a socket before the layer drops messages silently.
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}}
