"""`demo`: a bundled recording goes in, three answers and a report come out."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from ingest.log.connection import Log
from ingest.log.trace import DEFAULT_CLUSTER, Trace
from ingest.pipeline import IngestOptions, ingest
from reports import screen
from reports.demo.questions import QUESTIONS
from reports.demo.recording import recording
from reports.kubectl.terminal import escape_line
from reports.page import build_report, save
from reports.query import run_sql
from reports.tables import print_result


def show(folder: Path, page: Path, command: str) -> None:
    """Ingest the recording into `folder`, print the answers, write the report to `page`.

    `command` is how this program can be called again, for the hints at the end.
    """
    trace = Trace(folder, create=True)
    out = Console(highlight=False)
    out.print("[bold]Three minutes of a real cluster[/bold], from its API server's audit log:")
    with recording() as path, screen.progress() as progress:
        result = ingest(trace, [str(path)], IngestOptions(progress=progress))
    screen.print_ingest(result, folder)
    with trace.snapshot(DEFAULT_CLUSTER) as snapshot, Log.of(snapshot) as log:
        for question in QUESTIONS:
            out.print(f"\n[bold]{question.title}[/bold]")
            for answer in run_sql(log, question.sql):
                text = io.StringIO()
                print_result(answer, "table", text)
                out.print(text.getvalue().rstrip(), markup=False, soft_wrap=True)
        save(build_report(log, "rollout, the demo's recording"), page)
    out.print(f"\nThe report is {page.resolve().as_uri()}", soft_wrap=True)
    out.print("Look around:")
    query = "sql 'SELECT name, ready_seconds, ended, deleted_by FROM pod_lifecycles'"
    for hint in ("get pods -A --at 03:01:30", query):
        out.print(
            f"    {command} {hint} -t {escape_line(str(folder))}", markup=False, soft_wrap=True
        )
