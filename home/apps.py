from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Pages and stories"

    def ready(self) -> None:
        from core.due import register_due_job  # noqa: PLC0415 -- needs the app registry

        from .tasks import publish_scheduled  # noqa: PLC0415 -- needs the app registry

        register_due_job("publish scheduled pages", publish_scheduled)
