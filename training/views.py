"""What teams teach, and with which materials."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import SIGNED_IN, open_to
from training.models import Skill


@open_to(SIGNED_IN)
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    skills = Skill.objects.visible_to(request.user).prefetch_related("materials")
    return render(request, "training/training.html", {"skills": skills})
