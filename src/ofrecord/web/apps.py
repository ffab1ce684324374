from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ofrecord.web"
    label = "web"
