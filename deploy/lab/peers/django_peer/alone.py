"""The Django peer on ASGI without Channels: it knows HTTP only."""

import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.lab.peers.django_peer.settings_asgi"
application = get_asgi_application()
