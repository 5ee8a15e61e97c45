"""What teams teach, and with which materials."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, SignIn
from tests.pages import in_english, read
from training.models import Material, Skill


def test_five_skills_are_shown_with_their_materials(cast: Cast, client_of: SignIn) -> None:
    for who in ("leader", "staff", "national"):
        page = read(in_english(client_of(getattr(cast, who))).get("/training/"))
        skills = [card.one("h2").text for card in page.all("section")]
        assert skills == [f"{skill.number} {skill.label_en}" for skill in Skill.objects.all()]
        assert len(skills) == 5
        assert len(page.one(class_="cards").all("li")) == Material.objects.count()


def test_skills_are_told_in_vietnamese(cast: Cast, client_of: SignIn) -> None:
    page = read(client_of(cast.leader).get("/training/"))
    first = Skill.objects.first()
    assert first is not None
    assert first.label_vi in page.text


def test_skill_without_material_says_so(cast: Cast, client_of: SignIn) -> None:
    Material.objects.all().delete()
    page = read(in_english(client_of(cast.leader)).get("/training/"))
    assert page.text.count("No material yet.") == 5


def test_skills_ask_the_database_as_often_for_many(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.leader)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/training/")
        return len(queries)

    many = count()
    Material.objects.all().delete()
    Skill.objects.exclude(number=1).delete()
    assert count() == many
