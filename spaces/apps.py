from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SpacesConfig(AppConfig):
    name = "spaces"

    def ready(self) -> None:
        from core import guards  # noqa: PLC0415 -- once models are ready
        from core.due import register_due_job  # noqa: PLC0415

        from . import actions, receivers, retention, sweep, tasks  # noqa: F401, PLC0415 -- receivers connect themselves
        from .guard import GUARD  # noqa: PLC0415

        guards.register(GUARD)
        post_migrate.connect(GUARD.install, sender=self)
        register_due_job("end holds of spaces", actions.expire_due)
        register_due_job("give back spaces that nobody came to", actions.release_no_shows)
        register_due_job("serve those who wait for a space", actions.serve_all_waiting)
        register_due_job("carry over what tenants may book", actions.carry_over, daily=True)
        register_due_job("look over spaces", sweep.look_over_spaces, daily=True)
        register_due_job("remind those who have a space", tasks.remind_due)
        register_due_job("forget who had spaces", retention.forget, daily=True)
