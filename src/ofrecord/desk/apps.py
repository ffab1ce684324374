from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ofrecord.desk"
    label = "desk"

    def ready(self) -> None:
        from ofrecord.desk.views import frame
        from ofrecord.web.frame import register

        register("desk", frame)
