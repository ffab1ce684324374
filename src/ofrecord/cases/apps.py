from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "ofrecord.cases"
    label = "cases"
