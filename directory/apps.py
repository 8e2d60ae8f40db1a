from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        from core.due import register_due_job  # noqa: PLC0415 -- once models are ready

        from . import retention, tasks  # noqa: F401, PLC0415 -- tasks listen
        from .actions import checks  # noqa: PLC0415

        register_due_job("ask whether profiles are still true", checks.ask_due, daily=True)
        register_due_job("forget what was decided about profiles", retention.forget, daily=True)
