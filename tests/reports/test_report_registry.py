"""A section is one .py and one .sql, and stands in the registry."""

import re
from pathlib import Path

import pytest

import reports.sections
from reports.registry import SECTIONS

FOLDER = Path(reports.sections.__file__).parent
STYLE = (FOLDER.parent / "templates" / "report.css").read_text()


def test_every_file_of_the_folder_is_a_registered_section() -> None:
    names = {section.name for section in SECTIONS}
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == names
    assert {path.stem for path in FOLDER.glob("*.sql")} == names
    assert len(SECTIONS) == len(names)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_every_role_that_a_section_names_has_a_colour_in_light_and_dark(path: Path) -> None:
    light, dark = STYLE.split("@media (prefers-color-scheme: dark)")
    for role in re.findall(r'"(--[a-z-]+)"', path.read_text()):
        assert f"{role}:" in light
        assert f"{role}:" in dark


def test_a_section_says_what_it_is() -> None:
    for section in SECTIONS:
        assert section.title
