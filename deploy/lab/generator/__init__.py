"""The laboratory's load generator: in C, because a client in Python is slower than what it would measure."""

from deploy.lab.generator.building import generator_path
from deploy.lab.generator.holding import Held, hold
from deploy.lab.generator.messages import chat, ws_echo, ws_fan
from deploy.lab.generator.readings import ChatLoad, EchoLoad, FanLoad, HttpLoad, Latency
from deploy.lab.generator.requests import http, responder

__all__ = [
    "ChatLoad",
    "EchoLoad",
    "FanLoad",
    "Held",
    "HttpLoad",
    "Latency",
    "chat",
    "generator_path",
    "hold",
    "http",
    "responder",
    "ws_echo",
    "ws_fan",
]
