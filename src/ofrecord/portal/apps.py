from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ofrecord.portal"
    label = "portal"

    def ready(self) -> None:
        from ofrecord.portal.frame import frame
        from ofrecord.web.frame import register

        register("portal", frame)
