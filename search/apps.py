from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from . import checks, full_text, receivers  # noqa: F401, PLC0415 -- they connect themselves once models are ready

        post_migrate.connect(full_text.install, sender=self)
        autodiscover_modules("documents")
