from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from core import guards  # noqa: PLC0415 -- once models are ready
        from core.due import register_due_job  # noqa: PLC0415
        from spaces import catering, happenings  # noqa: PLC0415

        from . import receivers  # noqa: F401, PLC0415 -- they connect themselves
        from .attendance import retention as attendance_retention  # noqa: PLC0415
        from .attendance.tasks import afterwards  # noqa: PLC0415
        from .bookings import actions, retention, sweep, tasks  # noqa: PLC0415
        from .bookings import receivers as _receivers  # noqa: F401, PLC0415
        from .bookings.guard import GUARD  # noqa: PLC0415
        from .coming import brought, coming  # noqa: PLC0415

        guards.register(GUARD)
        happenings.register(coming)
        catering.register(brought)
        post_migrate.connect(GUARD.install, sender=self)
        register_due_job("forget who came to past events", retention.forget, daily=True)
        register_due_job("serve those who wait for a place", actions.settle_due)
        register_due_job("look over places", sweep.look_over_places, daily=True)
        register_due_job("remind those who have a place", tasks.remind_due)
        register_due_job("certificates and letters after events", afterwards)
        register_due_job("forget who came to events", attendance_retention.forget, daily=True)
