"""The questions that the demo asks; the answer to each is one .sql file beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words, and the name of its .sql file."""

    title: str
    name: str

    @property
    def sql(self) -> str:
        """The query; its leading comment says how it finds the answer."""
        return files("reports.demo").joinpath(f"{self.name}.sql").read_text(encoding="utf-8")


QUESTIONS: tuple[Question, ...] = (
    Question("Which rollout got stuck, and why?", "stuck_rollout"),
    Question("Who deleted what, and who was not allowed to?", "deletions"),
    Question("Which pods took longest to become ready, and where did the time go?", "slowest_pods"),
)
