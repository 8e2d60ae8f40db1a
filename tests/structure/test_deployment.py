"""The files that production is started from: whole, and in step with the project."""

import re
from typing import Any

import yaml

from tests.structure.house import ROOT, apps_from_high_to_low
from tests.structure.test_settings import NOT_OURS, WHOLE, explained, read

TEXT = (ROOT / "compose.yaml").read_text()
FILE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_everything_is_there() -> None:
    assert set(OURS) == {"web", "worker", "tick", "migrate"}
    assert {"database", "cache", "elasticsearch", "proxy"} < set(SERVICES)


def test_ours_are_given_what_production_asks_for_and_nothing_that_nobody_reads() -> None:
    for service in OURS.values():
        assert set(WHOLE) <= set(service["environment"])
        assert set(service["environment"]) - set(read()) - NOT_OURS == set()


def test_every_variable_that_has_to_be_set_is_explained() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text()
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    assert {name for name in asked if name not in explained() and f"`{name}`" not in operations} == set()


def test_nothing_secret_has_a_default() -> None:
    for name in ("SECRET_KEY", "DATABASE_PASSWORD", "EMAIL_URL"):
        assert re.findall(rf"\$\{{{name}(.)", TEXT)
        assert set(re.findall(rf"\$\{{{name}(..)", TEXT)) == {":?"}


def test_who_waits_for_whom_is_there_and_says_when_it_is_ready() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other] or "HEALTHCHECK" in DOCKERFILE


def test_volumes_are_declared() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert used == set(FILE["volumes"])


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_images_are_of_one_major_release() -> None:
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    assert [image for image in images if not re.fullmatch(r"[\w/.-]+:\d+(\.\d+)*", image)] == []


def test_the_image_does_not_run_as_root_and_holds_every_app() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert set(apps_from_high_to_low()) | {"templates", "assets", "manage.py", "uv.lock", "pyproject.toml"} == set(
        allowed
    )
    assert [name for name in allowed if not (ROOT / name).exists()] == []
    compiled = re.search(r"compileall -q (.+)", DOCKERFILE)
    assert compiled
    assert set(compiled.group(1).split()) == set(apps_from_high_to_low())


def test_the_image_serves_as_the_demonstration_does() -> None:
    """One server, tuned once: the flags of `run_village` and those of the image are the same."""
    command = (ROOT / "ecosystem" / "management" / "commands" / "run_village.py").read_text()
    tuned = set(re.findall(r'"(--(?!host|port|workers|no-startup|interval|verbosity)[\w-]+)"', command))
    assert {"--interface", "--blocking-threads"} <= tuned
    assert {flag for flag in tuned if flag not in DOCKERFILE} == set()
