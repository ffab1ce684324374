from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "ofrecord.delivery"
    label = "delivery"
