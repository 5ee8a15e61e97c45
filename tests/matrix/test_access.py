"""Who may do what at which address: every address of the resolver, every role, every method.

An address that is missing in the table fails with its name.
"""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from pytest_django import Settings

from accounts.doors import SIGNED_IN, door_of, open_to
from tests.cast import Undone
from tests.matrix.asking import BrowserOf, SceneOf, ask, asked
from tests.matrix.scenes import Scene
from tests.matrix.table import PEOPLE, SCENES, TABLE

REFUSED = (302, 401, 403, 404, 405)


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


def test_table_names_every_address() -> None:
    names = [pattern.name for pattern in patterns()]
    assert None not in names
    assert set(names) - set(TABLE) == set(), "addresses that the table does not judge"
    assert set(TABLE) - set(names) == set(), "addresses that are no more"
    assert len(names) == len(set(names)), "a name of two addresses is judged once"


def test_every_address_has_a_door() -> None:
    assert [pattern.name for pattern in patterns() if door_of(pattern.callback) is None] == []


@pytest.mark.parametrize("who", PEOPLE)
def test_access_is_as_the_table_says(
    who: str, browser_of: BrowserOf, scene_of: SceneOf, undone: Undone
) -> None:
    client = browser_of(who)
    got, wanted = {}, {}
    for names in SCENES:
        with undone():
            scene = scene_of(TABLE[names[0]])
            for name, method in asked(names):
                with undone():
                    got[name, method] = ask(client, name, method, scene).status_code
                wanted[name, method] = TABLE[name].expects(method, who)
    assert got == wanted


@pytest.mark.parametrize("who", ["anonymous", "admin"])
def test_other_methods_change_nothing(
    who: str, browser_of: BrowserOf, scene_of: SceneOf, undone: Undone
) -> None:
    client = browser_of(who)
    for names in SCENES:
        with undone():
            scene = scene_of(TABLE[names[0]])
            for name in names:
                with undone():
                    _ask_otherwise(client, who, name, scene)


def _ask_otherwise(client: Client, who: str, name: str, scene: Scene) -> None:
    row = TABLE[name]
    head = ask(client, name, "head", scene)
    assert (head.status_code, head.content) == (row.expects("get", who), b""), name
    assert ask(client, name, "options", scene).status_code in (200, *REFUSED), name
    for method in {"put", "patch", "delete"} - set(row.methods):
        assert ask(client, name, method, scene).status_code in REFUSED, (name, method)


def test_nothing_is_sent_without_the_token_of_a_page(
    browser_of: BrowserOf, scene_of: SceneOf, undone: Undone
) -> None:
    client = browser_of("admin")
    client.handler.enforce_csrf_checks = True
    for name, row in TABLE.items():
        for method in row.methods[1:]:
            with undone():
                response = ask(client, name, method, scene_of(row))
            assert response.status_code == 403, name
            templates = [template.name for template in response.templates]
            assert "403_csrf.html" in templates or b"CSRF" in response.content, name


# -- Closed by default --------------------------------------------------------------------------


def doorless(request: HttpRequest) -> HttpResponse:
    return HttpResponse("should not be seen")


@open_to(SIGNED_IN)
def doored(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


class Doorless:
    urlpatterns = [
        path("doorless/", doorless),
        path("api/doorless/", doorless),
        path("doored/", doored),
        *get_resolver("cnscd_portal.urls").url_patterns,
    ]
    handler403 = "cnscd_portal.views.forbidden"
    handler404 = "cnscd_portal.views.not_found"


@pytest.mark.parametrize("who", PEOPLE)
def test_view_without_a_door_admits_nobody(
    who: str, browser_of: BrowserOf, settings: Settings
) -> None:
    settings.ROOT_URLCONF = Doorless
    client = browser_of(who)
    for address in ("/doorless/", "/api/doorless/"):
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 403
            assert b"should not be seen" not in response.content


def test_view_with_a_door_admits_by_it(browser_of: BrowserOf, settings: Settings) -> None:
    settings.ROOT_URLCONF = Doorless
    assert browser_of("roleless").get("/doored/").content == b"seen"
    assert browser_of("anonymous").get("/doored/").status_code == 302
