"""The Django peer on ASGI, with Channels for its WebSockets."""

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from deploy.lab.peers.django_peer.alone import application as django_application
from deploy.lab.peers.django_peer.consumers import EchoConsumer, FanConsumer, NobodyHere

sockets = [
    path("echo", EchoConsumer.as_asgi()),
    path("fan", FanConsumer.as_asgi()),
    path("<path:unknown>", NobodyHere.as_asgi()),
]
application = ProtocolTypeRouter({"http": django_application, "websocket": URLRouter(sockets)})
