from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401, PLC0415 -- they register themselves; need the app registry
