"""What the site is measured against: Django with no middleware, under the same server, database and pool settings."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from mesopinions.settings import ALLOWED_HOSTS, DATABASES, SECRET_KEY

INSERT = """
INSERT INTO bench_signature (
    petition_id, text_version_id, consent_id, first_name, last_name, email, canonical_email, country, postal_code, city,
    departement, is_name_public, language, ip_address, browser, is_disposable
) VALUES (
    1, 1, nextval('privacy_consentrecord_id_seq'), %(first_name)s, %(last_name)s, %(email)s, %(email)s, %(country)s,
    %(postal_code)s, %(city)s, %(departement)s, true, 'fr', %(ip_address)s::inet, 'wrk', false
)
"""

# The bytes of the site's page, as they are and compressed, which the benchmark saved beforehand.
_pages = Path(os.environ["BENCH_PAGES"])
_page, _zipped = ((_pages / name).read_bytes() for name in ("page", "page.gz"))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_page)


def zipped_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_zipped, headers={"Content-Encoding": "gzip"})


def insert(request: HttpRequest) -> HttpResponse:
    values: dict[str, Any] = {
        **request.POST.dict(),
        "departement": request.POST["postal_code"][:2],
        "ip_address": request.META["HTTP_X_FORWARDED_FOR"],
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
    return HttpResponse(status=303, headers={"Location": "/"})


urlpatterns = [path("page", page), path("page.gz", zipped_page), path("insert", insert)]

settings.configure(
    ALLOWED_HOSTS=ALLOWED_HOSTS,
    DATABASES=DATABASES,
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY=SECRET_KEY,
    USE_TZ=True,
)
application = get_wsgi_application()
