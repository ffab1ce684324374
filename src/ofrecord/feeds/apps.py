from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "ofrecord.feeds"
    label = "feeds"
