from django.urls import path

from deploy.lab.peers.django_peer import views_sync as views

urlpatterns = [
    path("plain", views.plain),
    path("json", views.as_json),
    path("row", views.row),
    path("rows", views.rows),
    path("wait", views.wait),
    path("waits", views.waits),
    path("waits-threads", views.waits_threads),
    path("upload", views.upload),
    path("events", views.events),
    path("large", views.large),
]
handler400 = "deploy.lab.peers.django_peer.answers.bad_request"
