from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "ofrecord.journal"
    label = "journal"
