from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "ofrecord.parties"
    label = "parties"

    def ready(self) -> None:
        from ofrecord.parties import sign_in  # noqa: F401  # its receivers connect on import
