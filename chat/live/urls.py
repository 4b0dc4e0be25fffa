from typing import Any

from django.urls import URLPattern, path

from chat.live import http

app_name = "live"
# Django's stubs know of no view that is a coroutine and may answer with a stream.
views: dict[str, Any] = {"events": http.events, "poll": http.poll, "frame": http.frame}
urlpatterns: list[URLPattern] = [path(name, view, name=name) for name, view in views.items()]
