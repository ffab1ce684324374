from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "ofrecord.agreements"
    label = "agreements"
