"""The documents name files, links and variables that exist."""

import re
from pathlib import Path

import pytest

from tests.deploy.recipe import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")]
# In backticks, with a folder and no placeholder: `petitions/urls.py`, `templates/emails/`.
FILE = re.compile(r"`((?:[a-z_]+/)+(?:[\w.-]+)?|[\w-]+\.(?:md|yml|toml))`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def exists(name: str, document: Path) -> bool:
    # In README and CONTRIBUTING a folder of a package may stand without it: `core/`, `views/`.
    return any((folder / name).exists() for folder in (ROOT, document.parent, ROOT / "mesopinions", ROOT / "tests"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_file_that_a_document_names_exists(document):
    named = FILE.findall(document.read_text(encoding="utf-8"))

    assert [name for name in named if not exists(name, document)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_link_between_documents_leads_somewhere(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_index_of_decisions_is_complete():
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in folder.glob("0*.md") if f"({page.name})" not in index] == []


def test_every_package_of_the_site_has_its_licence_written_down():
    page = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements/runtime.txt").read_text(), flags=re.MULTILINE)

    assert packages
    assert [name for name in packages if not re.search(rf"(?<![\w-]){name}(?![\w-])", page)] == []
