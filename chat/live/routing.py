from typing import Any, cast

from django.urls import URLPattern, path

from chat.live.consumer import live_socket

websocket_urlpatterns: list[URLPattern] = [path("ws/", cast(Any, live_socket))]
