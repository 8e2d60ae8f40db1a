"""Work that is due at a time."""

from django.core.management import call_command


def publish_scheduled() -> None:
    """Publish what is scheduled for now or earlier, and take down what has expired. Safe to repeat."""
    call_command("publish_scheduled", verbosity=0)
