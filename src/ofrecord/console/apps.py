from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "ofrecord.console"
    label = "console"

    def ready(self) -> None:
        from ofrecord.console.frame import frame
        from ofrecord.web.frame import register

        register("console", frame)
