"""The Vietnamese translation: complete, kept by its command, and alike in its placeholders."""

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType

import django
import pytest
import rest_framework
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
)
from django.core.management import CommandError, call_command
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import translation as language
from django.utils.translation import gettext, ngettext
from django.utils.translation.template import templatize
from pytest_django import Settings

from accounts.enrolment import NAME
from cnscd_portal import borrowed_texts, translation
from tests.databases import ROOT

SENTENCE = "A sentence that nobody has translated."


@pytest.fixture
def po(settings: Settings, tmp_path: Path) -> Path:
    """A copy of the .po file, which the test may write."""
    kept = Path(settings.LOCALE_PATHS[0]) / translation.PO
    copy = tmp_path / "locale" / translation.PO
    copy.parent.mkdir(parents=True)
    copy.write_bytes(kept.read_bytes())
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return copy


@pytest.fixture
def template(settings: Settings, tmp_path: Path, po: Path) -> Path:
    """The only source file there is."""
    settings.BASE_DIR = tmp_path
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    return page


def test_check_passes() -> None:
    call_command("messages", "check")


def test_update_twice_is_update_once(po: Path) -> None:
    translation.update()
    once = po.read_bytes()
    translation.update()
    assert po.read_bytes() == once


def test_update_keeps_translations_and_names_nobody(po: Path) -> None:
    translation.update()
    assert translation.faults() == []
    kept = po.read_text(encoding="utf-8")
    assert "EMAIL@ADDRESS" not in kept
    assert "FULL NAME" not in kept


def test_update_drops_what_no_page_shows(template: Path, po: Path) -> None:
    template.write_text('{% load i18n %}{% translate "Sign in" %}')
    translation.update()
    with po.open("rb") as file:
        assert [message.id for message in read_po(file) if message.id] == ["Sign in"]


@pytest.mark.parametrize(
    "source",
    [
        f'{{% load i18n %}}{{% translate "{SENTENCE}" %}}',
        f"{{% load i18n %}}{{% blocktranslate %}}{SENTENCE}{{% endblocktranslate %}}",
    ],
)
def test_check_names_a_new_text_and_its_page(template: Path, source: str) -> None:
    template.write_text(source)
    with pytest.raises(CommandError, match=r"templates/page\.html: not translated: A sentence"):
        call_command("messages", "check")


def test_check_names_a_text_that_an_f_string_hides(template: Path) -> None:
    source = template.parent.parent / "teams" / "views.py"
    source.parent.mkdir()
    source.write_text("""SAID = f"{_('Home')} {count}"\nFINE = f"{count}" + _("Home")\n""")
    with pytest.raises(CommandError, match=r"views\.py:1: asked for within an f-string"):
        call_command("messages", "check")
    assert len(translation.hidden_texts(source)) == 1


@pytest.mark.parametrize(
    "translated",
    ["Trang %(number)s", "Trang %(number)s/%(total)s", "Trang"],
)
def test_check_names_a_text_with_other_placeholders(
    template: Path, po: Path, translated: str
) -> None:
    template.write_text(
        "{% load i18n %}{% blocktranslate %}Page {{ number }} of {{ count }}{% endblocktranslate %}"
    )
    text = po.read_text(encoding="utf-8")
    po.write_text(text.replace('"Trang %(number)s/%(count)s"', f'"{translated}"'))
    (fault,) = translation.faults()
    assert fault.startswith("templates/page.html: other placeholders: Page ")


def test_every_translation_is_written_in_one_form(po: Path) -> None:
    """NFC, and hòa, thủy, khóa as most documents of the offices have it, not hoà, thuỷ, khoá."""
    text = po.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert re.findall(r"\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", text.casefold()) == []


def test_borrowed_texts_are_still_said_by_their_packages() -> None:
    for package, texts in [
        (django, (*borrowed_texts.DJANGO, *borrowed_texts.DJANGO_PLURALS)),
        (rest_framework, borrowed_texts.REST_FRAMEWORK),
    ]:
        said = set(_msgids(package))
        assert [text for text in texts if text not in said] == []


def test_plural_and_borrowed_texts_are_read_from_our_file() -> None:
    translation.compile_texts()
    with language.override("vi"):
        assert ngettext("%(count)s member", "%(count)s members", 3) == "%(count)s thành viên"
        assert gettext("This password is too common.") == "Mật khẩu này quá phổ biến, dễ bị đoán."
        short = MinimumLengthValidator(14).get_error_message()
        assert short == "Mật khẩu quá ngắn: cần ít nhất 14 ký tự."


def test_what_forms_say_of_themselves_is_vietnamese() -> None:
    """An ASCII sentence is an English one: the packages have changed theirs again."""
    fields: list[forms.Field] = [forms.CharField(), forms.ChoiceField()]
    fields.append(forms.ModelChoiceField(queryset=None))
    with language.override("vi"):
        said = [str(text) for each in fields for text in each.error_messages.values()]
        said += [str(text) for text in PasswordChangeForm.error_messages.values()]
        said += [str(field.label) for field in PasswordChangeForm.base_fields.values()]
        said += [str(NAME.message), str(ProhibitNullCharactersValidator.message)]
        for validator in get_default_password_validators():
            said += [validator.get_error_message(), validator.get_help_text()]
        assert [text for text in said if text.isascii()] == []


def _msgids(package: ModuleType) -> Iterator[object]:
    """Every source text in the Python files of a package."""
    for path in Path(package.__path__[0]).rglob("*.py"):
        source = path.read_bytes()
        if b"gettext" in source and "locale" not in path.parts:
            for _, message, _, _ in extract("python", BytesIO(source), translation.KEYWORDS):
                yield message


def test_teams_are_written_one_way() -> None:
    """Tổ is the team, in capitals as decrees have it; the posts in one and "tổ chức" are words."""
    small = re.compile(r"(?<!\w)tổ(?!\w)(?! (?:chức|trưởng|phó|viên|dân phố)\b)")
    told = [form for message in translation.read() for form in _targets(message.string)]
    assert [each for each in told if small.search(each)] == []


def _targets(target: str | tuple[str, ...] | list[str]) -> list[str]:
    return [target] if isinstance(target, str) else list(target)


# Of two syllables or more; a line of a heading that ends inside of one reads as another word.
WORDS = (
    "báo cáo", "dịch vụ công", "đúng hạn", "đơn vị", "mục tiêu", "nghị quyết", "số liệu",
    "thành viên", "thay đổi", "thông báo", "ủy quyền", "vai trò",
)  # fmt: skip
# A phone shows less in one line.
SHORT = 24


def test_no_heading_breaks_inside_a_word() -> None:
    known = translation.read()
    heads = {
        message
        for path in (ROOT / "templates").rglob("*.html")
        for block in re.findall(r"block heading %}(.*?){% endblock", path.read_text("utf-8"))
        for _, message, *_ in extract("python", BytesIO(templatize(block).encode()))
    }
    said = [str(known.get(each).string) for each in heads]
    assert [
        each
        for each in said
        if len(each) >= SHORT and any(word in each.casefold() for word in WORDS)
    ] == []
