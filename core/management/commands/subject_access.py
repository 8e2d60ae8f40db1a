"""``manage.py subject_access ADDRESS``: everything held about whoever has the address, as JSON on standard output."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from core.subject_access import as_data, person_at


class Command(BaseCommand):
    help = "Print everything held about somebody. Make sure first that the address is theirs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        self.stdout.write(json.dumps(as_data(person_at(address)), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
