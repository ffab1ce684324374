from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ofrecord.api"
    label = "api"
