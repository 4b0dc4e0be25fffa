from typing import Any, cast

from channels.routing import URLRouter
from django.urls import URLPattern, path

from chat.live.consumer import live_socket
from chat.live.door import guard

websocket_urlpatterns: list[URLPattern] = [path("ws/", cast(Any, live_socket))]
# What the ASGI door serves for WebSockets: nobody gets to a consumer but through the guard.
websocket = guard(URLRouter(websocket_urlpatterns))
