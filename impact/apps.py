from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ImpactConfig(AppConfig):
    name = "impact"

    def ready(self) -> None:
        from core import guards, sitemap  # noqa: PLC0415 -- once models are ready
        from core.due import register_due_job  # noqa: PLC0415

        from . import actions, people, public_addresses  # noqa: PLC0415
        from .guard import GUARD  # noqa: PLC0415
        from .rules import attendance, tenancy  # noqa: F401, PLC0415 -- they register their rules

        guards.register(GUARD)
        post_migrate.connect(GUARD.install, sender=self)
        register_due_job("count what the strategy aims at", actions.draw_all)
        register_due_job("forget how people were counted", people.forget_salts)
        sitemap.register(public_addresses.addresses)
