from django.urls import path

from teams.views import imports, members, registry, teams

urlpatterns = [
    path("teams/", teams.teams, name="teams"),
    path("teams/export/", teams.export_teams, name="export-teams"),
    path("teams/new/", registry.new_team, name="new-team"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/change/", registry.change_team, name="change-team"),
    path("teams/<int:pk>/end/", registry.end_team, name="end-team"),
    path("teams/<int:pk>/revive/", registry.revive_team, name="revive-team"),
    path("teams/<int:pk>/members/new/", members.new_member, name="new-member"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/", teams.members, name="members"),
    path("members/export/", teams.export_members, name="export-members"),
    path("members/<int:pk>/account/", teams.leader_account, name="leader-account"),
    path("imports/", imports.imports, name="imports"),
    path("imports/templates/<slug:key>/", imports.template, name="import-template"),
    path("imports/<int:pk>/", imports.batch, name="import"),
    path("imports/<int:pk>/progress/", imports.batch_progress, name="import-progress"),
    path("imports/<int:pk>/columns/", imports.match_columns, name="match-columns"),
    path("imports/<int:pk>/correct/", imports.correct, name="correct-import"),
    path("imports/<int:pk>/commit/", imports.commit, name="commit-import"),
    path("imports/<int:pk>/undo/", imports.undo, name="undo-import"),
    path("imports/<int:pk>/problems/", imports.annotated, name="import-problems"),
]
