"""``manage.py subject_access ADDRESS``: everything held about whoever has the address, as JSON on standard output."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from core.management.colleagues import ask_who, who
from core.subject_access import as_data, handed_over, person_at


class Command(BaseCommand):
    help = (
        "Print everything held about somebody. Make sure first that the address is theirs. That it was taken is logged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        ask_who(parser)

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        by = who(options)
        person = person_at(address)
        held = as_data(person)
        number = sum(len(table["records"]) for table in held["held"].values())
        handed_over.send(Command, by=by, person=person, number=number)
        self.stdout.write(json.dumps(held, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
