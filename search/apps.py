from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from core import page_cache, readiness  # noqa: PLC0415 -- once models are ready
        from core.due import register_due_job  # noqa: PLC0415

        from . import checks, drift, engine, full_text, indexing, query_log, receivers  # noqa: F401, PLC0415 -- connect themselves
        from .alerts import actions, tasks  # noqa: PLC0415
        from .alerts import receivers as alert_receivers  # noqa: F401, PLC0415
        from .elastic import outbox  # noqa: PLC0415

        post_migrate.connect(full_text.install, sender=self)
        readiness.register("search", engine.readiness)
        register_due_job("refresh stale documents", indexing.refresh_stale)
        register_due_job("mend the search index", drift.mend)
        register_due_job("tell the search server what changed", outbox.catch_up)
        register_due_job("send what is new", tasks.send_due)
        register_due_job("forget what nobody wants to be told", actions.forget)
        page_cache.watch(query_log.NOTE, query_log.page_was_given)
        request_finished.connect(query_log.write_when_due)
        register_due_job("forget what was searched for", query_log.forget, daily=True)
        autodiscover_modules("documents")
