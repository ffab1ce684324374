from django.apps import AppConfig


class TransitionsConfig(AppConfig):
    name = "ofrecord.transitions"
    label = "transitions"
