"""``manage.py subject_access ADDRESS``: everything held about whoever has the address, as JSON on standard output.

With ``--to-review``: where others wrote of them instead, for a colleague to look at. None of that is in the JSON.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from core.management.colleagues import ask_who, who
from core.subject_access import Person, as_data, handed_over, looked_up, person_at, to_review


class Command(BaseCommand):
    help = (
        "Print everything held about somebody. Make sure first that the address is theirs. That it was taken is logged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument(
            "--to-review",
            action="store_true",
            help="list where others wrote of them, today or in an older version, with the page that shows it; a first name or "
            "a surname alone counts in records of their own companies, as elsewhere it is anybody’s",
        )
        ask_who(parser)

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        by = who(options)
        person = person_at(address)
        if options["to_review"]:
            self._list(person, by)
            return
        held = as_data(person)
        number = sum(len(table["records"]) for table in held["held"].values())
        handed_over.send(Command, by=by, person=person, number=number)
        self.stdout.write(json.dumps(held, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))

    def _list(self, person: Person, by: Any) -> None:
        found = to_review(person)
        looked_up.send(Command, by=by, person=person, number=len(found))
        for one in found:
            note = f" ({one.note})" if one.note else ""
            self.stdout.write(f"{one.on}  {one.title} {one.key}  {one.page}{note}")
        self.stdout.write(
            f"{len(found)} to review: open each, and hand over what is about them and not about somebody else."
        )
