"""Tables of a few objects: `cases/NAME.input.yaml` prints as `cases/NAME.output.txt`."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from reports.kubectl.get import render
from reports.kubectl.listing import GetOptions, Listing

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name.removesuffix(".input.yaml") for path in CASES.glob("*.input.yaml"))


def listing_of(given):
    kind = given["kind"]
    return Listing(
        plural=f"{kind.lower()}s",
        singular=kind.lower(),
        kind=kind,
        group=given.get("group", ""),
        version="v1",
        namespaced=given.get("namespaced", True),
        objects=given["objects"],
        custom_columns=given.get("custom_columns"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_objects_print_as_the_case_says(name):
    case = yaml.safe_load((CASES / f"{name}.input.yaml").read_text())
    options = GetOptions(**case["options"])
    text = render(
        list(map(listing_of, case["listings"])), options, datetime.fromisoformat(case["now"])
    )
    assert text == (CASES / f"{name}.output.txt").read_text()
