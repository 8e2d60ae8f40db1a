from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Village core"

    def ready(self) -> None:
        from . import guards, readiness, receivers  # noqa: F401, PLC0415 -- connects the signals; needs the app registry

        readiness.register("guards", guards.readiness)
