"""What `get` is asked for: its arguments, read as kubectl reads them.

The rules and the words of the errors are those of `Builder` in
staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import KubeRewindError
from engine.schema.resource import Resource
from engine.schema.resources import Catalog


class QuestionError(KubeRewindError):
    """Arguments that do not fit together; the message is kubectl's."""


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments and options of `kubectl get` that choose objects.

    An empty namespace is the default one: that is how kubectl takes `-n ''`.
    """

    arguments: Sequence[str]
    namespace: str = "default"
    all_namespaces: bool = False
    selector: str = ""
    field_selector: str = ""

    @property
    def is_single(self) -> bool:
        """Whether one object is asked for by its name."""
        arguments = _spelled_out(self.arguments)
        return len(arguments) == (1 if "/" in "".join(arguments) else 2)

    @property
    def has_selector(self) -> bool:
        """Whether objects are chosen by their labels or fields."""
        return bool(self.selector.strip() or self.field_selector.strip())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource, and the names of its objects that are wanted; all of them if there are none.

    `in_category` says that it was not named itself, but belongs to a category such as `all`.
    """

    resource: Resource
    names: tuple[str, ...] = ()
    in_category: bool = False


def wanted(question: Question, known: Catalog) -> list[Wanted]:
    """What the arguments ask for: `pods a b`, `deploy,rs`, `pod/a svc/b`, `all`.

    Raises QuestionError and UnknownResourceError.
    """
    arguments = _spelled_out(question.arguments)
    if not arguments:
        raise QuestionError("say what to get, such as: kuberewind get pods -A")
    if any("/" in argument for argument in arguments):
        return _by_pairs(arguments, question, known)
    resources, names = arguments[0].split(","), tuple(arguments[1:])
    found = list(_resolved(resources, known))
    return _by_name(found, names, question) if names else found


def _spelled_out(arguments: Sequence[str]) -> list[str]:
    """`a,b c` as `a/c b/c`."""
    if len(arguments) < 2:
        return list(arguments)
    resources = list(dict.fromkeys(arguments[0].split(",")))
    if len(resources) == 1:
        return list(arguments)
    return [f"{resource}/{name}" for resource in resources for name in arguments[1:]]


def _by_name(
    resources: Sequence[Wanted], names: tuple[str, ...], question: Question
) -> list[Wanted]:
    if question.has_selector:
        raise QuestionError("name cannot be provided when a selector is specified")
    if len(resources) > 1:
        raise QuestionError("you must specify only one resource")
    resource = resources[0].resource
    _check_namespace(question, resource)
    if "" in names:
        raise QuestionError("resource name may not be empty")
    return [Wanted(resource, names)]


def _by_pairs(arguments: Sequence[str], question: Question, known: Catalog) -> list[Wanted]:
    if not all("/" in argument for argument in arguments):
        raise QuestionError(
            "there is no need to specify a resource type as a separate argument when passing "
            "arguments in resource/name form (e.g. 'kuberewind get resource/<resource_name>' "
            "instead of 'kuberewind get resource resource/<resource_name>'"
        )
    pairs = [_pair(argument) for argument in arguments]
    if question.has_selector:
        raise QuestionError(
            "selectors and the all flag cannot be used when passing resource/name arguments"
        )
    found = [Wanted(known.resolve(text), (name,)) for text, name in pairs]
    for each in found:
        _check_namespace(question, each.resource)
    return found


def _pair(argument: str) -> tuple[str, str]:
    parts = argument.split("/")
    if len(parts) != 2:
        raise QuestionError("arguments in resource/name form may not have more than one slash")
    resource, name = parts
    if not resource or not name or len(set(resource.split(","))) != 1:
        raise QuestionError("arguments in resource/name form must have a single resource and name")
    return resource, name


def _resolved(texts: Iterable[str], known: Catalog) -> Iterable[Wanted]:
    """The resources in the order of asking, each once; a category is replaced by its members."""
    seen: set[tuple[str, str, str]] = set()
    for text in texts:
        members = known.in_category(text)
        for resource in members or (known.resolve(text),):
            key = (resource.group, resource.version, resource.name)
            if key not in seen:
                seen.add(key)
                yield Wanted(resource, in_category=bool(members))


def _check_namespace(question: Question, resource: Resource) -> None:
    if resource.namespaced and question.all_namespaces:
        raise QuestionError("a resource cannot be retrieved by name across all namespaces")
