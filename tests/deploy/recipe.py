"""Read Dockerfiles and docker-compose.yml as their tools would, as far as the tests need."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
DOCKERFILES = [ROOT / "Dockerfile", *sorted(ROOT.glob("deploy/*/Dockerfile"))]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[-?])(?P<default>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of a Dockerfile, its continuations joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """The arguments, options left out: a JSON list, or words."""
        text = re.sub(r"^(--\S+\s+)*", "", self.text)
        return json.loads(text) if text.startswith("[") else text.split()


def instructions(dockerfile: Path) -> list[Instruction]:
    """Return what a Dockerfile says, in order."""
    lines = [line for line in dockerfile.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def last(dockerfile: Path, name: str) -> Instruction:
    """Return the last instruction of this name. Raises StopIteration when there is none."""
    return next(step for step in reversed(instructions(dockerfile)) if step.name == name)


def compose() -> dict[str, Any]:
    """Return docker-compose.yml with its anchors resolved and its variables as written."""
    return yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def variables_asked_for() -> dict[str, bool]:
    """Return the variables that docker-compose.yml takes from .env, and whether it insists."""
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    asked: dict[str, bool] = {}
    for found in VARIABLE.finditer(text):
        asked[found["name"]] = asked.get(found["name"], False) or found["how"] == "?"
    return asked


def filled_in(value: object, variables: Mapping[str, str]) -> str:
    """Return a value of docker-compose.yml with its variables. Raises KeyError for one it insists on."""

    def replaced(found: re.Match[str]) -> str:
        name = found["name"]
        return variables[name] if found["how"] == "?" else variables.get(name) or found["default"] or ""

    return VARIABLE.sub(replaced, str(value))


def environment_of(service: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return what the container of a service sees, without what its image sets."""
    given = services()[service]["environment"]
    return {name: filled_in(value, variables) for name, value in given.items()}


def command_of(service: str) -> list[str]:
    """Return what the container of a service runs: its own command, else its image's."""
    found = services()[service]
    return [str(word) for word in found["command"]] if "command" in found else last(dockerfile_of(found), "CMD").words


def health_check_of(service: str) -> list[str]:
    """Return the command that says whether a container is well, [] when there is none."""
    found = services()[service]
    if "healthcheck" in found:
        return found["healthcheck"].get("test", [])[1:]
    if "build" not in found:
        return []
    check = next((step for step in instructions(dockerfile_of(found)) if step.name == "HEALTHCHECK"), None)
    return json.loads(check.text.partition("CMD ")[2]) if check else []


def dockerfile_of(service: Mapping[str, Any]) -> Path:
    """Return the Dockerfile that a service's image is built from."""
    build = service["build"]
    return ROOT / (build["dockerfile"] if isinstance(build, dict) else "Dockerfile")


def env_file(path: Path) -> dict[str, str]:
    """Return the variables that a file in the form of .env sets."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _equals, value in pairs}
