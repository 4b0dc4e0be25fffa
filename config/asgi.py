"""The ASGI door: the chat's pages over HTTP and the live socket, under Daphne or any other ASGI server."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django advises against persistent connections under ASGI; the live socket keeps its own few (chat/live/database.py).
os.environ.setdefault("DATABASE_CONN_MAX_AGE", "0")

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - Django must be set up first

from chat.live.routing import websocket  # noqa: E402

application: Any = ProtocolTypeRouter({"http": http, "websocket": websocket})
