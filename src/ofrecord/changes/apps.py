from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "ofrecord.changes"
    label = "changes"
