from django.urls import URLPattern, path

from chat.live import http

app_name = "live"
urlpatterns: list[URLPattern] = [
    path("events", http.events, name="events"),
    path("poll", http.poll, name="poll"),
    path("frame", http.frame, name="frame"),
]
