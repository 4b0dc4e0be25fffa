"""The laboratory's load generator: in C, because a client in Python is slower than what it would measure."""

from deploy.lab.generator.building import generator_path
from deploy.lab.generator.readings import HttpLoad, Latency
from deploy.lab.generator.requests import http, responder

__all__ = ["HttpLoad", "Latency", "generator_path", "http", "responder"]
