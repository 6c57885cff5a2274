import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_of_the_commands_is_what_the_commands_say(tmp_path: Path) -> None:
    made = tmp_path / "cli.md"
    command = ["cli.py", "utils", "docs", "--name", "kuberewind", "--output", str(made)]
    subprocess.run(
        [sys.executable, "-m", "typer", *command], cwd=ROOT, check=True, capture_output=True
    )
    told = "run `make docs` and commit what it wrote"
    assert (ROOT / "docs" / "cli.md").read_text() == made.read_text(), told
