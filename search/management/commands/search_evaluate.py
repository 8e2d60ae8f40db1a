"""Measures the ranking against judged queries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.elastic.client import is_configured
from search.engine import engine, named
from search.engines import EngineUnavailable
from search.evaluation import judged_queries, score, summaries


class Command(BaseCommand):
    help = "Print nDCG@10, MRR and the rate of empty answers for each class of judged queries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--engine", choices=("database", "elasticsearch"), help="Which engine to ask; else the one in use."
        )
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
        used = named(options["engine"]) if options["engine"] else engine()
        try:
            scores = [score(j, used) for j in judged]
        except EngineUnavailable as error:
            raise CommandError(f"{used.name} does not answer: {error}") from error
        lines = summaries(scores)
        self.stdout.write(f"Engine: {used.name}")
        self.stdout.write(f"{'class':<14}{'queries':>8}{'nDCG@10':>9}{'MRR':>7}{'empty':>7}")
        for line in lines:
            self.stdout.write(
                f"{line.name:<14}{line.queries:>8}{line.ndcg:>9.3f}{line.mrr:>7.3f}{line.zero_rate:>7.1%}"
            )
        for worst in sorted(scores, key=lambda s: s.ndcg)[: options["worst"]]:
            self.stdout.write(f"{worst.ndcg:.2f}  {worst.judged.query}")
            self.stdout.write(f"      wanted {dict(worst.judged.grades)}")
            self.stdout.write(f"      found  {list(worst.found)}")
        *classes, overall = lines
        if overall.ndcg < options["fail_under"]:
            raise CommandError(f"nDCG@10 is {overall.ndcg:.3f}, below the bar of {options['fail_under']}.")
        below = [f"{line.name} {line.ndcg:.3f}" for line in classes if line.ndcg < options["fail_under_class"]]
        if below:
            raise CommandError(f"nDCG@10 below the bar of {options['fail_under_class']}: {', '.join(below)}.")
