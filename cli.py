"""The command line: a command parses its arguments, makes one call and prints."""

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which
from typing import Annotated

# The source imports plainly from its root: the checkout, or kuberewind/ where it is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import typer

from engine.errors import KubeRewindError
from reports.command_line import Commands, InterruptedIngestError, QueryCommand, TextCommand, run

_ABOUT = """A flight recorder and time machine for Kubernetes clusters.

The exit status is 1 where an object that was asked for by name is not there, and 2 after a mistake.
"""

app = typer.Typer(
    cls=Commands,
    help=_ABOUT,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

TRACE_VARIABLE = "KUBEREWIND_TRACE"
TraceOption = Annotated[
    Path,
    typer.Option("--trace", "-t", metavar="DIR", envvar=TRACE_VARIABLE, help="The trace folder."),
]
ClusterOption = Annotated[
    str,
    typer.Option(
        "--cluster", metavar="NAME", help="Which of the trace's clusters, if it holds several."
    ),
]
EventTtlOption = Annotated[
    str | None,
    typer.Option(
        "--event-ttl",
        metavar="DURATION",
        help="As the API server's: how long Events are kept; 1h at first, 0 is for ever.",
    ),
]
SeparateStoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--separate-store",
        metavar="RESOURCE",
        help="Has an etcd of its own, as --etcd-servers-overrides says, such as events.",
    ),
]
ApiserverFlagOption = Annotated[
    list[str] | None,
    typer.Option(
        "--apiserver-flag",
        metavar="NAME=VALUE",
        help="A flag of the API server that decides what it stores; a wrong one lists them.",
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="RFC 3339, a clock time, -15m (before the end), +2m (after the start), rv:2048.",
    ),
]
SchedulerConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The scheduler's KubeSchedulerConfiguration."),
]
DEFAULT_TRACE = Path("kuberewind.trace")


@app.command()
def ingest(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, or - for stdin.")
    ],
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
    reads: Annotated[bool, typer.Option("--reads", help="Keep successful reads too.")] = False,
    line_limit: Annotated[
        int, typer.Option("--line-limit", metavar="MIB", min=1, help="Longest record, in MiB.")
    ] = 64,
    redact_key: Annotated[
        Path | None,
        typer.Option("--redact-key", metavar="FILE", help="Key of the hashes that hide secrets."),
    ] = None,
    event_ttl: EventTtlOption = None,
    separate_store: SeparateStoreOption = None,
    apiserver_flag: ApiserverFlagOption = None,
) -> None:
    """Add audit logs to a trace.

    JSON lines or EventLists, plain, gzip, zstd or tar. The same log twice changes nothing.

    Example: `kuberewind ingest /var/log/kubernetes/audit/ --trace outage.trace`
    """
    from ingest import pipeline
    from ingest.log.trace import Trace
    from reports import screen

    with screen.progress() as progress:
        options = pipeline.IngestOptions(
            cluster=cluster,
            reads=reads,
            line_limit=line_limit << 20,
            redact_key=redact_key,
            event_ttl=event_ttl,
            separate_stores=separate_store,
            apiserver_flags=apiserver_flag,
            progress=progress,
        )
        try:
            result = pipeline.ingest(Trace(trace, create=True), sources, options)
        except KeyboardInterrupt:
            raise InterruptedIngestError from None
    screen.print_ingest(result, trace)
    if result.failures:
        raise typer.Exit(2)


@app.command()
def rebuild(
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
    event_ttl: EventTtlOption = None,
    separate_store: SeparateStoreOption = None,
    apiserver_flag: ApiserverFlagOption = None,
) -> None:
    """Derive the history from the log again.

    Example: `kuberewind rebuild --trace outage.trace`
    """
    from ingest import pipeline
    from ingest.log.trace import Trace
    from reports import screen

    with screen.progress() as progress:
        count = pipeline.rebuild(
            Trace(trace), cluster, progress, event_ttl, separate_store, apiserver_flag
        )
    typer.echo(f"{count:,} versions derived")


@app.command()
def info(trace: TraceOption = DEFAULT_TRACE, cluster: ClusterOption = "default") -> None:
    """Tell what is in a trace, and what is missing.

    Example: `kuberewind info --trace outage.trace`
    """
    from ingest.log.connection import Log
    from ingest.log.trace import Trace
    from ingest.pipeline import digest
    from reports import screen
    from reports.info.page import info as page

    opened = Trace(trace)
    with opened.snapshot(cluster, derived=True) as snapshot, Log.of(snapshot) as log:
        screen.show(page(log, f"{trace} ({cluster})", digest(opened, cluster)))


@app.command(cls=TextCommand)
def history(
    resource: Annotated[
        str, typer.Argument(help="Only these resources, such as cm,deploy.", show_default=False)
    ] = "",
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORM", help="jsonl.")] = "jsonl",
    partial: Annotated[
        bool, typer.Option("--partial", help="Also versions whose body was not seen.")
    ] = False,
) -> None:
    """Print every version of every object.

    Example: `kuberewind history pods | jq -c .object.status.phase`
    """
    from ingest.log.trace import Trace
    from reports.history import history_lines, stores
    from reports.kubectl.terminal import escape_json

    if output != "jsonl":
        raise KubeRewindError(f"history cannot be printed as {output!r}: use -o jsonl")
    with Trace(trace).snapshot(cluster, derived=True) as snapshot:
        of = stores(snapshot, resource) if resource else None
        write, shown = sys.stdout.write, escape_json if sys.stdout.isatty() else str
        for line in history_lines(snapshot, partial=partial, of=of):
            write(shown(line) + "\n")


@app.command(cls=TextCommand)
def get(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="RESOURCE",
            help="pods, deploy,rs, or pods NAME, or deploy/NAME, as kubectl takes.",
        ),
    ],
    at: AtOption = None,
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", metavar="NAME", help="One namespace.")
    ] = "default",
    all_namespaces: Annotated[
        bool, typer.Option("--all-namespaces", "-A", help="All namespaces.")
    ] = False,
    selector: Annotated[
        str, typer.Option("--selector", "-l", metavar="LABELS", help="Such as app=web,tier!=db.")
    ] = "",
    field_selector: Annotated[
        str, typer.Option("--field-selector", metavar="FIELDS", help="Such as status.phase=Failed.")
    ] = "",
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT",
            help="wide, yaml, json, jsonl, name, jsonpath=PATH, custom-columns=SPEC.",
        ),
    ] = "",
    show_labels: Annotated[bool, typer.Option("--show-labels", help="Labels as a column.")] = False,
    label_columns: Annotated[
        list[str] | None,
        typer.Option("--label-columns", "-L", metavar="LABELS", help="Labels as columns."),
    ] = None,
    no_headers: Annotated[bool, typer.Option("--no-headers", help="Leave headers out.")] = False,
    sort_by: Annotated[
        str, typer.Option("--sort-by", metavar="JSONPATH", help="Such as .metadata.name.")
    ] = "",
    show_managed_fields: Annotated[
        bool, typer.Option("--show-managed-fields", help="Show them in yaml too.")
    ] = False,
    hide_managed_fields: Annotated[
        bool, typer.Option("--hide-managed-fields", help="Hide them in json and jsonl too.")
    ] = False,
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
) -> None:
    """Print objects as kubectl does, at any time.

    Example: `kuberewind get pods -A -o wide --at -15m`
    """
    from ingest.log.trace import Trace
    from reports.kubectl import answer
    from reports.kubectl.listing import GetOptions
    from reports.kubectl.question import Question

    namespace = namespace or "default"  # as kubectl takes -n ''
    question = Question(arguments, namespace, all_namespaces, selector, field_selector)
    options = GetOptions(
        output=output,
        namespace=namespace,
        all_namespaces=all_namespaces,
        show_labels=show_labels,
        label_columns=tuple(",".join(label_columns or ()).split(",")) if label_columns else (),
        no_headers=no_headers,
        sort_by=sort_by,
        single=question.is_single,
        show_managed_fields=(show_managed_fields or output in ("json", "jsonl"))
        and not hide_managed_fields,
        terminal=sys.stdout.isatty(),
    )
    with Trace(trace).snapshot(cluster, derived=True) as snapshot:
        answered = answer.get(snapshot, at, question, options)
    sys.stdout.write(answered.out)
    sys.stdout.flush()  # so that the errors come after what was found
    sys.stderr.write(answered.err)
    if answered.status:
        raise typer.Exit(answered.status)


@app.command(cls=QueryCommand)
def sql(
    query: Annotated[
        str | None, typer.Argument(help="SELECT and such; several with semicolons; - reads stdin.")
    ] = None,
    at: AtOption = None,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FORM", help="table, csv, json, jsonl, md, parquet."
        ),
    ] = "table",
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the views and their columns instead.")
    ] = False,
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
) -> None:
    """Ask with SQL, at any time.

    DuckDB's SQL over a view for each resource, the log and the history: `--schema` lists them.

    Example: `kuberewind sql "SELECT node, count(*) FROM pods GROUP BY ALL" --at -15m`
    """
    from ingest.log.trace import Trace
    from reports import schema_page
    from reports.ask import ask

    if schema:
        sys.stdout.write(schema_page.text(schema_page.schema()))
        return
    if query is None:
        raise KubeRewindError("give a query, such as: kuberewind sql 'SELECT * FROM pods'")
    text = sys.stdin.read() if query == "-" else query
    with Trace(trace).snapshot(cluster, derived=True) as snapshot:
        ask(snapshot, at, text, output, sys.stdout, sys.stderr)


@app.command(cls=TextCommand)
def schedule(
    pod: Annotated[str, typer.Argument(metavar="POD", help="The name of a pod; or pod/NAME.")],
    at: AtOption = None,
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", metavar="NAME", help="Its namespace.")
    ] = "default",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORM", help="table, wide, json, html.")
    ] = "table",
    config: SchedulerConfigOption = None,
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
) -> None:
    """Explain where a pod was scheduled, or why nowhere.

    What a model of kube-scheduler says of each node at each decision that the record holds, from
    what the scheduler could know then; with `--at`, as if the pod were scheduled at that time.

    Example: `kuberewind schedule web-0 -n shop -o wide`
    """
    from ingest.log.trace import Trace
    from replay.scheduling.explain import explained
    from replay.scheduling.found import named
    from reports.scheduling.forms import printer

    show, name = printer(output), named([pod]) if "/" in pod else pod
    with Trace(trace).snapshot(cluster, derived=True) as snapshot:
        told = explained(snapshot, namespace or "default", name, at, config)
    for each in told:
        if each.beyond:
            sys.stderr.write(f"{each.beyond}\n")
    show(told, sys.stdout)


@app.command(cls=TextCommand)
def why(
    arguments: Annotated[
        list[str], typer.Argument(metavar="pod NAME", help="Or pod/NAME. Of pods so far.")
    ],
    at: AtOption = None,
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", metavar="NAME", help="Its namespace.")
    ] = "default",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORM", help="table, json.")
    ] = "table",
    config: SchedulerConfigOption = None,
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
) -> None:
    """Tell why a pod does not run, and what would have to change.

    Reason by reason, which nodes, and the smallest request, label, toleration or node with which a
    model of kube-scheduler would let it in; for a pod that has its node, what its containers wait
    for.

    Example: `kuberewind why pod web-0 -n shop --at -15m`
    """
    from ingest.log.trace import Trace
    from replay.scheduling.found import named
    from replay.why.pod import why as why_pod
    from reports.why.forms import printer

    show, name = printer(output), named(arguments)
    with Trace(trace).snapshot(cluster, derived=True) as snapshot:
        told = why_pod(snapshot, namespace or "default", name, at, config)
    if told.beyond:
        sys.stderr.write(f"{told.beyond}\n")
    show(told, sys.stdout)


@app.command(cls=TextCommand)
def replay(
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare with what the record shows.")
    ] = False,
    only: Annotated[
        str, typer.Option("--only", metavar="PART", help="What is replayed: scheduler.")
    ] = "",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORM", help="table, json.")
    ] = "table",
    config: SchedulerConfigOption = None,
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
) -> None:
    """Hold the model of the scheduler against the record.

    So far `--verify --only scheduler` alone: each recorded decision is taken again, from what the
    scheduler's cache could hold then. Is the node one of the best, the message the same?
    Each miss is told with its cause. What every plugin said of every node is kept in the trace, for
    `sql`: scheduling_decisions, scheduling_scores.

    Example: `kuberewind replay --verify --only scheduler`
    """
    from ingest.log.trace import Trace
    from replay.scheduling.summary import verify as verify_scheduler
    from reports.scheduling.verification import printer

    if not verify or only != "scheduler":
        raise KubeRewindError("replay can do one thing so far: replay --verify --only scheduler")
    show = printer(output)
    show(verify_scheduler(Trace(trace), cluster, config), sys.stdout)


@app.command()
def report(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE.html", help="Where to write it; - for stdout."
        ),
    ] = Path("report.html"),
    trace: TraceOption = DEFAULT_TRACE,
    cluster: ClusterOption = "default",
) -> None:
    """Write the trace as one HTML page.

    Pod lifecycles, replicas and drift, writes by actor; it needs no network.

    Example: `kuberewind report -o report.html`
    """
    from ingest.log.connection import Log
    from ingest.log.trace import Trace
    from reports.interrupt import interruptible
    from reports.kubectl.terminal import escape_line
    from reports.page import build_report, save

    with (
        Trace(trace).snapshot(cluster, derived=True) as snapshot,
        Log.of(snapshot) as log,
        interruptible(log.connection.interrupt),
    ):
        page = build_report(log, f"{trace.name} ({cluster})")
    save(page, output)
    if output != Path("-"):
        typer.echo(f"{escape_line(str(output))} written: open it in a browser")


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where the demo's trace is made.")
    ] = Path("kuberewind-demo.trace"),
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.html", help="Where the report goes.")
    ] = Path("report.html"),
) -> None:
    """Try it on a bundled recording of a cluster.

    Example: `kuberewind demo`
    """
    from reports.demo.show import show

    # A command that is not on the path is called by the place it was called from.
    show(folder, output, "kuberewind" if which("kuberewind") else os.path.relpath(sys.argv[0]))


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        typer.echo(f"kuberewind {version('kuberewind')}")
    except PackageNotFoundError:
        typer.echo("kuberewind, from a checkout that is not installed")
    raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    trace: Annotated[
        Path | None,
        typer.Option(
            "--trace",
            "-t",
            metavar="DIR",
            help="The trace folder; may also stand after the command.",
        ),
    ] = None,
) -> None:
    """A flight recorder and time machine for Kubernetes clusters."""
    if trace is not None:
        # What every command takes for the one that is meant, unless it is given one itself.
        os.environ[TRACE_VARIABLE] = str(trace)


def main() -> None:
    """Entry point of `kuberewind` and `kubectl-rewind`."""
    sys.exit(run(app))


if __name__ == "__main__":
    main()
