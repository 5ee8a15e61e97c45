"""Teams and their people, steering committees, and the files that come in and go out."""

from teams.models.exchange import Batch, BatchFile, BatchRow, Export
from teams.models.roster import Area, Ending, Kind, Membership, Person, Post, Sex, Team
from teams.models.steering import Committee, Seat, SteeringPost

__all__ = [
    "Area",
    "Batch",
    "BatchFile",
    "BatchRow",
    "Committee",
    "Ending",
    "Export",
    "Kind",
    "Membership",
    "Person",
    "Post",
    "Seat",
    "Sex",
    "SteeringPost",
    "Team",
]
