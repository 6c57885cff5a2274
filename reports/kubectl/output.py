"""`-o json`, `yaml`, `name`, `jsonl`, `jsonpath`: the printers of k8s.io/cli-runtime, v1.36."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.fields import mapping, text
from engine.apiserver.printers.gojson import compact, indented
from engine.apiserver.printers.jsonpath.evaluate import JSONPath
from engine.apiserver.printers.jsonpath.output import render
from reports.kubectl.custom_columns import render_custom_columns
from reports.kubectl.listing import GetOptions, Listing, OutputError
from reports.kubectl.sorting import sort_objects
from reports.kubectl.yaml_writer import to_yaml

TEMPLATES = ("custom-columns", "jsonpath", "jsonpath-as-json")
FORMATS = ("json", "jsonl", "name", "wide", "yaml", *TEMPLATES)


def render_objects(listings: Sequence[Listing], options: GetOptions) -> str:
    """The objects themselves, in the form that `options.output` names. Raises OutputError."""
    output, equals, template = options.output.partition("=")
    if output in TEMPLATES and equals:
        return _render_template(output, template, _objects(listings, options), options)
    if output == "name":
        return "".join(f"{name}\n" for name in _names(listings, options))
    if output not in WRITERS or equals:
        raise OutputError(
            f"unable to match a printer suitable for the output format {options.output!r}, "
            f"allowed formats are: {','.join(sorted(FORMATS))}"
        )
    objects = _objects(listings, options)
    if not options.show_managed_fields:
        objects = [_without_managed_fields(value) for value in objects]
    return WRITERS[output](objects, options)


def _objects(listings: Sequence[Listing], options: GetOptions) -> list[dict[str, Any]]:
    """All objects in order, each saying of what kind and version it is, as kubectl has them."""
    objects: list[Object] = [
        {"apiVersion": listing.api_version, "kind": listing.kind, **value}
        for listing in listings
        for value in listing.ordered
    ]
    in_order = sort_objects(objects, options.sort_by) if options.sort_by else objects
    return [dict(value) for value in in_order]


def _without_managed_fields(value: dict[str, Any]) -> dict[str, Any]:
    metadata = mapping(value, "metadata")
    if "managedFields" not in metadata:
        return value
    kept = {key: item for key, item in metadata.items() if key != "managedFields"}
    return {**value, "metadata": kept}


def _whole(objects: Sequence[dict[str, Any]], options: GetOptions) -> dict[str, Any]:
    """The one object that was asked for by name, or a List of them all."""
    if options.single and len(objects) == 1:
        return objects[0]
    return {
        "apiVersion": "v1",
        "items": list(objects),
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    }


def _names(listings: Sequence[Listing], options: GetOptions) -> list[str]:
    """`pod/web-1`, `deployment.apps/web`."""
    names = []
    for value in _objects(listings, options):
        group = text(value, "apiVersion").rpartition("/")[0]
        kind = text(value, "kind") + (f".{group}" if group else "")
        names.append(f"{kind.lower()}/{text(value, 'metadata', 'name')}")
    return names


def _render_template(
    output: str, template: str, objects: Sequence[dict[str, Any]], options: GetOptions
) -> str:
    if output == "custom-columns":
        return render_custom_columns(template, objects, options.no_headers)
    if not template:
        raise OutputError("template format specified but no template given")
    path, whole = JSONPath(template), _whole(objects, options)
    if output == "jsonpath":
        return render(path, whole)
    return "".join(f"{indented(values)}\n" for values in path.find(whole))


Writer = Callable[[Sequence[dict[str, Any]], GetOptions], str]
WRITERS: Mapping[str, Writer] = {
    "json": lambda objects, options: indented(_whole(objects, options)) + "\n",
    "jsonl": lambda objects, options: "".join(f"{compact(value)}\n" for value in objects),
    "yaml": lambda objects, options: to_yaml(_whole(objects, options)),
}
