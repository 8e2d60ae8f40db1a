"""What a server has loaded is not gone through again while people wait."""

import subprocess
import sys

from tests.structure.house import ROOT

SERVED = """
import gc
import ecosystem.wsgi
frozen = gc.get_freeze_count()
print(frozen, len(gc.get_objects()))
"""


def test_a_server_leaves_what_it_loaded_alone() -> None:
    """In a process of its own, as the server is; most of all objects are out of the collector's sight by then."""
    done = subprocess.run([sys.executable, "-c", SERVED], cwd=ROOT, capture_output=True, text=True, check=True)
    frozen, watched = map(int, done.stdout.split())
    assert frozen > 100_000
    assert watched < frozen / 20
