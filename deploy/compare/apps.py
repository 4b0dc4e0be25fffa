from django.apps import AppConfig


class CompareConfig(AppConfig):
    name = "deploy.compare"
    label = "compare"
