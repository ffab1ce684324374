from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "ofrecord.quotes"
    label = "quotes"
