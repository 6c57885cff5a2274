import pytest

from engine.apiserver.admission.contract import DELETE, Attributes
from engine.apiserver.admission.namespace_lifecycle import NamespaceLifecycle
from engine.apiserver.verbs.status import RefusedError
from tests.engine.apiserver.admission.asking import (
    Chosen,
    Cluster,
    attributes,
    named,
    pod,
    refusal,
    write,
)

ENDING = named("Namespace", "shop", status={"phase": "Terminating"})


def test_nothing_is_created_in_a_namespace_that_goes():
    nameless = {**pod(), "metadata": {"generateName": "web-"}}
    with pytest.raises(RefusedError) as refused:
        NamespaceLifecycle().admit(attributes("pods", ENDING), nameless, None)
    assert refused.value.message == (
        'pods "web-" is forbidden: unable to create new content in namespace shop because it is '
        "being terminated"
    )
    assert refused.value.details["causes"] == [
        {
            "reason": "NamespaceTerminating",
            "message": "namespace shop is being terminated",
            "field": "metadata.namespace",
        }
    ]


def test_nothing_is_created_in_a_namespace_that_is_not_there():
    with pytest.raises(RefusedError) as refused:
        NamespaceLifecycle().admit(attributes("pods"), pod(), None)
    assert (refused.value.code, refused.value.message) == (404, 'namespaces "shop" not found')


def test_what_may_be_there_unseen_is_not_missed():
    assert refusal(NamespaceLifecycle(), "pods", pod(), whole=False) is None


def test_updates_go_on_until_the_end():
    assert refusal(NamespaceLifecycle(), "pods", pod(), ENDING, before=pod()) is None


@pytest.mark.parametrize(("name", "goes"), [("kube-system", False), ("shop", True)])
def test_some_namespaces_never_go(name, goes):
    about = Attributes(DELETE, write("namespaces", name=name), Cluster(), Chosen())
    if goes:
        NamespaceLifecycle().admit(about, named("Namespace", name), None)
        return
    with pytest.raises(RefusedError, match="this namespace may not be deleted"):
        NamespaceLifecycle().admit(about, named("Namespace", name), None)
