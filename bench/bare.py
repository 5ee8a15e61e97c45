"""The least that Django does to store a document: one view that inserts one row, and nothing else.

No session, no CSRF, no checks, no history. It is served and measured as the portal is.
"""

import os

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = "create table bench_bare (id bigserial primary key, document jsonb not null)"
COUNT = "select count(*) from bench_bare"
DROP = "drop table bench_bare"


def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("insert into bench_bare (document) values (%s)", [request.body.decode()])
    return HttpResponse(status=204)


urlpatterns = [path("", insert)]


def serve() -> WSGIHandler:
    from cnscd_portal.settings import database

    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": database(os.environ["DATABASE_URL"])},
        ROOT_URLCONF=__name__,
        SECRET_KEY="it signs nothing",  # noqa: S106 - and nobody gets to see it
    )
    return get_wsgi_application()
