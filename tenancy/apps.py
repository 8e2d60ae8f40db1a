from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "tenancy"

    def ready(self) -> None:
        from core import guards  # noqa: PLC0415 -- once models are ready
        from core.due import register_due_job  # noqa: PLC0415
        from core.subject_access import erased, handed_over, looked_up  # noqa: PLC0415
        from directory import keepers  # noqa: PLC0415

        from . import addressees, history, retention, tasks, words  # noqa: PLC0415
        from .actions import check_backs, introductions, news, people, reading  # noqa: PLC0415
        from .timeline import company, followed, records, stays, visits  # noqa: F401, PLC0415 -- they register themselves

        history.keep()
        guards.register(words.GUARD)
        post_migrate.connect(words.install, sender=self)
        handed_over.connect(reading.log_handed_over, dispatch_uid="tenancy.log of access")
        looked_up.connect(reading.log_looked_up, dispatch_uid="tenancy.log of mentions")
        erased.connect(reading.log_erased, dispatch_uid="tenancy.log of erasures")
        keepers.register(addressees.first_to_ask)
        register_due_job("remind of tasks", tasks.remind_due)
        register_due_job("close introductions that nobody answered", introductions.lapse)
        register_due_job("ask what came of introductions", check_backs.ask_due)
        register_due_job("forget invitations that nobody accepted", people.forget_expired)
        register_due_job("close news that everybody has had", news.finish_news)
        register_due_job("forget private records", retention.forget, daily=True)
