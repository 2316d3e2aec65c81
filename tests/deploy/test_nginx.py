"""nginx with the site's own configuration, in front of a web container."""

import json
import os
import re
import subprocess
import time

import pytest

from mesopinions.local.child import Child, Service, wait_until
from petitions.models import Signature
from tests.deploy import recipe
from tests.deploy.containers import debian_program
from tests.deploy.visitor import Visitor
from tests.factories import make_petition, sign_data
from tests.support.programs import free_port

HOST = "petitions.example"
# What a load balancer that ends TLS says of a visitor who lies about where he comes from.
BEHIND_TLS = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Proto": "https"}
RESOLVES_SINCE = (1, 27, 3)


class Nginx:
    """nginx on a copy of deploy/nginx/nginx.conf that knows this machine's folder and ports."""

    def __init__(self, folder, web_port):
        self.port = free_port()
        self.folder = folder
        binary = debian_program("nginx")
        pages = folder / "pages"
        pages.mkdir()
        (pages / "503.html").write_text((recipe.ROOT / "templates/503.html").read_text(encoding="utf-8"))
        (pages / "static").symlink_to(recipe.ROOT / "static")
        configuration = folder / "nginx.conf"
        configuration.write_text(self._adapted(web_port, resolves=version_of(binary) >= RESOLVES_SINCE))
        # Tests may run as root in folders that only root can open.
        options = ["-g", "daemon off;" + ("user root;" if os.getuid() == 0 else ""), "-c", str(configuration)]
        subprocess.run([binary, "-t", *options], check=True, capture_output=True)
        environment = {"PATH": os.environ["PATH"]}
        self.child = Child(Service("nginx", [binary, *options], folder / "error.log", environment))
        if not wait_until(lambda: self._answers(), seconds=5):
            raise RuntimeError((folder / "error.log").read_text())

    def _adapted(self, web_port, *, resolves):
        text = (recipe.ROOT / "deploy/nginx/nginx.conf").read_text(encoding="utf-8")
        for ours, here in {
            "/tmp/": f"{self.folder}/",  # noqa: S108
            "listen 8080": f"listen 127.0.0.1:{self.port}",
            "server web:8000 resolve": f"server 127.0.0.1:{web_port}",
            "/dev/stdout": f"{self.folder}/access.log",
            "/etc/nginx/pages": f"{self.folder}/pages",
        }.items():
            assert ours in text
            text = text.replace(ours, here)
        return text if resolves else re.sub(r" *resolver .*\n", "", text)

    def _answers(self):
        try:
            return Visitor(self.port, HOST).get("/.nginx").status == 204
        except OSError:
            return False

    def visits(self, count, **fields):
        """Return the first `count` lines of the access log that have these fields; nginx writes after it answers."""
        found = []

        def are_written():
            lines = map(json.loads, (self.folder / "access.log").read_text().splitlines())
            found[:] = [line for line in lines if fields.items() <= line.items()]
            return len(found) >= count

        assert wait_until(are_written, seconds=3)
        return found[:count]

    def stop(self):
        self.child.ask_to_stop()
        self.child.wait(time.monotonic() + 5)


def version_of(binary):
    told = subprocess.run([binary, "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(part) for part in re.search(r"/([\d.]+)", told)[1].split("."))


@pytest.fixture(scope="module")
def nginx(web, tmp_path_factory):
    running = Nginx(tmp_path_factory.mktemp("nginx"), web.port)
    yield running
    running.stop()


@pytest.fixture
def visitor(nginx):
    return Visitor(nginx.port, HOST, BEHIND_TLS)


@pytest.fixture
def petition(transactional_db):
    return make_petition()


def test_a_page_comes_through(visitor, petition):
    answer = visitor.get(petition.get_absolute_url())

    assert answer.status == 200
    assert 'data-signature-count="0"' in answer.body
    assert "Server" not in answer.headers or not re.search(r"\d", answer.headers["Server"])


def test_a_signature_keeps_the_address_that_the_load_balancer_saw(visitor, petition):
    assert visitor.post(f"/petition/{petition.pk}/signer/", sign_data("samir")).status == 303

    assert Signature.objects.get().ip_address == "192.0.2.7"


def test_a_visitor_who_came_by_plain_http_is_sent_to_https(nginx, transactional_db):
    answer = Visitor(nginx.port, HOST).get("/petitions/")

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/petitions/")


def test_the_access_log_holds_neither_token_nor_query_nor_address(nginx, visitor, transactional_db):
    visitor.get("/signature/AQEBAgABc2VjcmV0/merci/?email=samir@example.org")
    visitor.get("/en/mes-signatures/AQEBAgABc2VjcmV0/")

    assert nginx.visits(1, path="/signature/***/merci/", status=404, method="GET")
    assert nginx.visits(1, path="/en/mes-signatures/***/", status=404)
    assert not re.search(r"samir|192\.0\.2\.7|c2VjcmV0", (nginx.folder / "access.log").read_text())


def test_a_fingerprinted_file_is_answered_from_the_cache_the_second_time(nginx, visitor, petition):
    style = re.search(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', visitor.get("/").body)[1]
    visitor.get(style, **{"Accept-Encoding": "gzip"})

    answer = visitor.get(style, **{"Accept-Encoding": "gzip"})

    assert [visit["cache"] for visit in nginx.visits(2, path=style)] == ["MISS", "HIT"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_page_is_compressed_for_who_can_read_it(visitor, petition):
    url = petition.get_absolute_url()

    assert visitor.get(url, **{"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    assert visitor.get(f"{url}?x", Cookie="a=b", **{"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in visitor.get(url).headers


def test_a_form_beyond_two_megabytes_does_not_reach_the_site(nginx, visitor, petition):
    answer = visitor.post(f"/petition/{petition.pk}/signer/", {"comment": "a" * 2_200_000})

    assert answer.status == 413
    assert nginx.visits(1, status=413, site_status="")


def test_a_petition_may_come_with_a_picture_and_meets_the_sites_own_limit(nginx, visitor, transactional_db):
    answer = visitor.post("/petitions/lancer/", {"title": "a" * 2_200_000})

    assert answer.status == 413
    assert "C’est trop lourd pour nous" in answer.body
    assert visitor.post("/petitions/lancer/", {"title": "a" * 33_000_000}).status == 413
    assert nginx.visits(1, status=413, site_status="")


def test_readiness_is_for_machines_of_ours(nginx, visitor, transactional_db):
    assert visitor.get("/readyz").status == 403
    assert Visitor(nginx.port, HOST, {"X-Forwarded-Proto": "https"}).get("/readyz").status == 200


def test_without_a_web_server_people_get_the_page_that_says_so_with_its_style(tmp_path):
    nginx = Nginx(tmp_path, web_port=free_port())
    try:
        visitor = Visitor(nginx.port, HOST, BEHIND_TLS)
        page = visitor.get("/petitions/")
        style = visitor.get("/static/css/tokens.css")
    finally:
        nginx.stop()

    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Le site reprend son souffle" in page.body
    assert style.status == 200
