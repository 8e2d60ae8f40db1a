"""``manage.py erase_person ADDRESS``: take out everything held about somebody, and say where they are still named."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from core.management.colleagues import ask_who, who
from core.subject_access import erase, erased, person_at, where_said, with_names


class Command(BaseCommand):
    help = "Erase somebody for good. Make sure first that the address is theirs. That it was done is logged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        ask_who(parser)

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        by = who(options)
        person = with_names(person_at(address), whole=False)
        with transaction.atomic():
            erase(person)
            erased.send(Command, by=by)
        self.stdout.write("Erased: bookings, requests, letters, account and history.")
        for table, column, number in where_said(*person.addresses, *person.names):
            self.stdout.write(f"Still named in {number} of {table}.{column}: a person has to look at it.")
