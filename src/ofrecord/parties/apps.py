from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "ofrecord.parties"
    label = "parties"
