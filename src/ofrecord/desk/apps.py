from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ofrecord.desk"
    label = "desk"

    def ready(self) -> None:
        from ofrecord.desk.frame import frame
        from ofrecord.web.frame import register

        register("desk", frame)
