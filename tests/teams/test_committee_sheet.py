"""The columns of steering committees read what the export of them writes."""

import pytest
from django.utils import translation

from teams.committee_sheet import COLUMNS
from teams.models import SteeringPost
from teams.seating import STEERED
from teams.workbooks import COMMITTEES
from units.models import Level
from units.text import fold


@pytest.mark.parametrize("language", ["vi", "en"])
def test_levels_and_posts_are_read_as_they_are_written(language: str) -> None:
    with translation.override(language):
        levels = {level: COMMITTEES.by_key["level"].parse(str(level.label)) for level in STEERED}
        posts = {post: COMMITTEES.by_key["post"].parse(str(post.label)) for post in SteeringPost}
    assert levels == {level: level for level in STEERED}
    assert posts == {post: post for post in SteeringPost}


def test_what_is_offered_is_understood() -> None:
    offered = {key: COMMITTEES.by_key[key].choices() for key in ("level", "post")}
    read = {
        key: [COMMITTEES.by_key[key].parse(each) for each in each_of]
        for key, each_of in offered.items()
    }
    assert read == {"level": list(STEERED), "post": list(SteeringPost)}
    assert COMMITTEES.by_key["level"].parse("Phường") == Level.COMMUNE
    assert COMMITTEES.by_key["post"].parse("Ủy viên") == SteeringPost.MEMBER


def test_every_heading_names_one_column() -> None:
    headings = [(fold(alias), column.key) for column in COLUMNS for alias in column.aliases]
    assert len({heading for heading, _key in headings}) == len(headings)
