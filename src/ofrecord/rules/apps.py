from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "ofrecord.rules"
    label = "rules"
