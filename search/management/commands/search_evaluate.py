"""Measures the ranking of every engine against judged queries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.elastic.client import is_configured
from search.engine import named
from search.engines import Engine, EngineUnavailable
from search.evaluation import Judged, Score, Summary, judged_queries, score, summaries

ENGINES = ("database", "elasticsearch")


class Command(BaseCommand):
    help = (
        "Print nDCG@10, MRR and the rate of empty answers for each class of judged queries: of the database, and of "
        "Elasticsearch where ELASTICSEARCH_URL names a server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", choices=("all", *ENGINES), default="all", help="Which to ask; else all.")
        parser.add_argument("--fail-under", type=float, default=0.0, help="Fail when nDCG@10 overall is below this.")
        parser.add_argument(
            "--fail-under-class", type=float, default=0.0, help="Fail when nDCG@10 of any class is below this."
        )
        parser.add_argument(
            "--worst", type=int, default=0, help="Show this many of the worst queries with their answers."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (judged := judged_queries()):
            raise CommandError("No app has a judged_queries.yaml.")
        if options["engine"] == "elasticsearch" and not is_configured():
            raise CommandError("ELASTICSEARCH_URL names no server.")
        there_are = ENGINES if is_configured() else ENGINES[:1]
        wanted = there_are if options["engine"] == "all" else (options["engine"],)
        faults = [fault for name in wanted for fault in self._evaluated(named(name), judged, options)]
        if faults:
            raise CommandError("\n".join(faults))

    def _evaluated(self, used: Engine, judged: list[Judged], options: dict[str, Any]) -> list[str]:
        """Print what ``used`` finds; what is wrong with it, in words."""
        try:
            scores = [score(j, used) for j in judged]
        except EngineUnavailable as error:
            return [f"{used.name} does not answer: {error}"]
        lines = summaries(scores)
        self._print(used, lines)
        self._print_worst(scores, options["worst"])
        *classes, overall = lines
        faults = []
        if overall.ndcg < options["fail_under"]:
            faults.append(f"{used.name}: nDCG@10 is {overall.ndcg:.3f}, below the bar of {options['fail_under']}.")
        below = [f"{line.name} {line.ndcg:.3f}" for line in classes if line.ndcg < options["fail_under_class"]]
        if below:
            bar = options["fail_under_class"]
            faults.append(f"{used.name}: nDCG@10 below the bar of {bar}: {', '.join(below)}.")
        return faults

    def _print(self, used: Engine, lines: list[Summary]) -> None:
        self.stdout.write(f"Engine: {used.name}")
        self.stdout.write(f"{'class':<14}{'queries':>8}{'nDCG@10':>9}{'MRR':>7}{'empty':>7}")
        for line in lines:
            self.stdout.write(
                f"{line.name:<14}{line.queries:>8}{line.ndcg:>9.3f}{line.mrr:>7.3f}{line.zero_rate:>7.1%}"
            )

    def _print_worst(self, scores: list[Score], number: int) -> None:
        for worst in sorted(scores, key=lambda s: s.ndcg)[:number]:
            self.stdout.write(f"{worst.ndcg:.2f}  {worst.judged.query}")
            self.stdout.write(f"      wanted {dict(worst.judged.grades)}")
            self.stdout.write(f"      found  {list(worst.found)}")
