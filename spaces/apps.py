from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SpacesConfig(AppConfig):
    name = "spaces"

    def ready(self) -> None:
        from core import guards  # noqa: PLC0415 -- once models are ready

        from .guard import GUARD  # noqa: PLC0415

        guards.register(GUARD)
        post_migrate.connect(GUARD.install, sender=self)
