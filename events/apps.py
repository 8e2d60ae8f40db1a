from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from . import receivers  # noqa: F401, PLC0415 -- they connect themselves
