"""What is kept for an address that asked to be told of what is new: to answer its owner, and to erase it for them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from search.alerts.actions import erase
from search.alerts.models import SavedSearch
from search.sharing import query_of, title_of


class Command(BaseCommand):
    help = "Show the saved searches of an e-mail address, or erase them with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of whoever asked")
        parser.add_argument("--erase", action="store_true", help="forget the address and everything saved for it")

    def handle(self, *args: Any, **options: Any) -> None:
        found = SavedSearch.objects.filter(subscriber__email=options["email"].lower()).order_by("pk")
        for saved in found:
            since = f"since {localtime(saved.confirmed_at):%d %B %Y}" if saved.confirmed_at else "not confirmed"
            self.stdout.write(f"{title_of(query_of(saved.query_string))}: {saved.get_frequency_display()}, {since}")
        if not found:
            self.stdout.write("Nothing is kept for this address.")
        elif options["erase"]:
            erase(email=options["email"])
            self.stdout.write("Erased, with the address.")
