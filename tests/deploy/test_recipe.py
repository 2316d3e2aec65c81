"""What can be known of the containers without an engine: every file, command and variable named exists."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mesopinions.core.logs import TOKEN_PATH
from mesopinions.local import postgres
from tests.deploy import recipe
from tests.deploy.recipe import ROOT
from tests.support import environment

INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
PROGRAMS_OF_IMAGES = {"postgres", "redis-server", "pgbouncer", "nginx"}
# Read by compose or by other programs than the site.
NOT_SETTINGS = {"LISTEN", "WEB_REPLICAS", "WORKER_REPLICAS", "POSTGRES_PASSWORD", "POSTGRES_SUPERUSER_PASSWORD"}
SERVICES = sorted(recipe.services())
LASTING = [name for name in SERVICES if name != "migrate"]
OF_THE_SITE = ["beat", "migrate", "web", "worker"]


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("dockerfile", recipe.DOCKERFILES, ids=ids)
def test_a_dockerfile_holds_known_instructions_and_starts_from_a_fixed_version(dockerfile):
    steps = recipe.instructions(dockerfile)

    assert steps[0].name == "FROM"
    assert {step.name for step in steps} <= INSTRUCTIONS
    assert all(":" in step.words[0] and not step.words[0].endswith(":latest") for step in steps if step.name == "FROM")


@pytest.mark.parametrize("dockerfile", recipe.DOCKERFILES, ids=ids)
def test_an_image_does_not_run_as_root(dockerfile):
    assert int(recipe.last(dockerfile, "USER").words[0]) > 0


@pytest.mark.parametrize("dockerfile", recipe.DOCKERFILES, ids=ids)
def test_every_file_that_an_image_copies_exists_and_is_not_ignored(dockerfile):
    sources = [
        word
        for step in recipe.instructions(dockerfile)
        if step.name == "COPY" and "--from" not in step.text
        for word in step.words[:-1]
    ]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not allowed & {source, *map(str, Path(source).parents)}] == []


def test_every_package_of_the_site_is_in_its_image():
    copied = {step.words[0] for step in recipe.instructions(ROOT / "Dockerfile") if step.name == "COPY"}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert packages
    assert packages <= copied


def test_each_image_is_built_by_one_service_or_fetched_in_a_fixed_version():
    for image in {service["image"] for service in recipe.services().values()}:
        builders = [
            name for name, service in recipe.services().items() if service["image"] == image and "build" in service
        ]
        assert len(builders) == (0 if ":" in image else 1), image


@pytest.mark.parametrize("service", LASTING)
def test_every_lasting_service_has_a_health_check(service):
    assert recipe.health_check_of(service)


@pytest.mark.parametrize("service", LASTING)
def test_every_lasting_service_comes_back_by_itself(service):
    assert recipe.services()[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_runs_a_program_that_its_image_has(service):
    program = recipe.command_of(service)[0]
    bin_folder = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    assert program in PROGRAMS_OF_IMAGES or shutil.which(program, path=bin_folder)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_for_the_health_of_services_that_it_can_reach(service):
    services = recipe.services()
    networks = set(services[service]["networks"])

    for needed, how in services[service].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if needed == "migrate" else "service_healthy"
        assert how["condition"] == wanted
        assert networks & set(services[needed]["networks"])


@pytest.mark.parametrize("service", SERVICES)
def test_files_that_are_mounted_exist(service):
    volumes = recipe.services()[service].get("volumes", [])
    named = set(recipe.compose()["volumes"])
    sources = {volume.split(":")[0] for volume in volumes}

    assert [source for source in sources if source not in named and not (ROOT / source).exists()] == []


@pytest.mark.parametrize("service", OF_THE_SITE)
def test_a_container_is_given_only_variables_that_the_site_reads(service):
    read = "\n".join((ROOT / path).read_text() for path in ("mesopinions/settings.py", "Dockerfile"))

    assert [name for name in recipe.services()[service]["environment"] if not re.search(rf"\b{name}\b", read)] == []


def test_everything_that_production_insists_on_is_asked_for_before_anything_starts():
    insisted = {name for name, is_needed in recipe.variables_asked_for().items() if is_needed}
    needed = recipe.env_file(ROOT / "tests/support/production.env").keys() - {"LOCAL", "DATABASE_URL", "REDIS_URL"}

    assert insisted == needed | {"POSTGRES_PASSWORD", "POSTGRES_SUPERUSER_PASSWORD"}


def test_the_example_file_names_every_variable_that_is_insisted_on_and_none_that_nobody_reads():
    asked = recipe.variables_asked_for()
    example = (ROOT / "deploy/env.example").read_text()
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, flags=re.MULTILINE))

    assert {name for name, is_needed in asked.items() if is_needed} <= named <= set(asked)


def test_every_variable_is_explained_to_operators():
    page = (ROOT / "docs/operations.md").read_text()
    read = set(re.findall(r'(?:env\.\w+|_key)\("([A-Z_]+)"', (ROOT / "mesopinions/settings.py").read_text()))
    asked = set(recipe.variables_asked_for())

    assert read
    assert [name for name in sorted(read | asked) if f"`{name}`" not in page] == []


def test_the_database_is_made_as_on_a_developers_machine():
    arguments = recipe.services()["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()

    assert {"--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C"} <= set(arguments)
    assert recipe.services()["postgres"]["image"] == f"postgres:{postgres.MAJOR_VERSION}"


@pytest.mark.parametrize("name", ["log_min_messages", "log_min_error_statement", "log_error_verbosity"])
def test_postgresql_understands_its_settings_and_keeps_statements_out_of_its_log(name):
    binary = postgres._binary("postgres")
    command = [binary, "-D", environment.suite().postgres, "-C", name, "-c"]
    told = subprocess.run(
        [*postgres._unprivileged(), *command, f"config_file={ROOT}/deploy/postgres/postgresql.conf"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == postgres.SETTINGS[name]


def test_nginx_hides_the_same_tokens_as_the_site():
    masked = re.search(r"/\(\?:([\w|-]+)\)\)/\[", (ROOT / "deploy/nginx/nginx.conf").read_text())
    ours = re.search(r"/\(([\w|-]+)\)/", TOKEN_PATH.pattern)

    assert masked
    assert ours
    assert masked[1] == ours[1]
