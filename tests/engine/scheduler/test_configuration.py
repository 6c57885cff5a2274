import json

import pytest

from engine.errors import KubeRewindError
from engine.scheduler.configuration import read_configuration
from engine.scheduler.profiles import default_profile
from tests.vectors import FOLDER

HEAD = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}


def profile(**plugins):
    return read_configuration(HEAD | {"profiles": [{"plugins": plugins}]}).profiles[
        "default-scheduler"
    ]


def names(found, point):
    return [plugin.name for plugin in found.points[point]]


def test_without_profiles_there_is_the_default_one():
    found = read_configuration(HEAD).profiles
    assert list(found) == ["default-scheduler"]
    assert names(found["default-scheduler"], "filter") == [
        "NodeUnschedulable",
        "NodeName",
        "TaintToleration",
        "NodeAffinity",
        "NodePorts",
        "NodeResourcesFit",
        "VolumeRestrictions",
        "NodeVolumeLimits",
        "VolumeBinding",
        "VolumeZone",
        "PodTopologySpread",
        "InterPodAffinity",
        "DynamicResources",
        "NodeDeclaredFeatures",
    ]


def test_the_defaulted_configuration_reads_as_the_default_profile():
    constants = FOLDER / "constants.json"
    if not constants.exists():
        pytest.skip("the conformance vectors are not here: ../shared/vectors/dev")
    defaults = json.loads(constants.read_text())["defaultConfigurations"]
    found = read_configuration(HEAD | defaults["kubeSchedulerConfiguration"]).profiles[
        "default-scheduler"
    ]
    expected = default_profile()
    assert found.weights == expected.weights
    assert {p: names(found, p) for p in found.points} == {
        p: names(expected, p) for p in expected.points
    }


def test_each_profile_stands_under_its_scheduler_name():
    profiles = [{"schedulerName": "a"}, {"schedulerName": "b"}]
    assert sorted(read_configuration(HEAD | {"profiles": profiles}).profiles) == ["a", "b"]


def test_a_plugin_is_disabled_at_one_point_or_everywhere():
    off = {"disabled": [{"name": "TaintToleration"}]}
    assert "TaintToleration" not in names(profile(score=off), "score")
    assert "TaintToleration" in names(profile(score=off), "filter")
    assert "TaintToleration" not in names(profile(multiPoint=off), "filter")


def test_a_star_disables_all_but_what_is_enabled():
    only = {"disabled": [{"name": "*"}], "enabled": [{"name": "ImageLocality", "weight": 5}]}
    found = profile(score=only)
    assert names(found, "score") == ["ImageLocality"]
    assert found.weights == {"ImageLocality": 5}


def test_what_a_point_enables_itself_comes_first_with_its_own_weight():
    found = profile(score={"enabled": [{"name": "ImageLocality", "weight": 7}]})
    assert names(found, "score")[:2] == ["ImageLocality", "TaintToleration"]
    assert found.weights["ImageLocality"] == 7
    assert found.weights["TaintToleration"] == 3


def test_a_weight_in_multi_point_replaces_the_default_in_its_place():
    found = profile(multiPoint={"enabled": [{"name": "NodeAffinity", "weight": 9}]})
    assert found.weights["NodeAffinity"] == 9
    assert names(found, "score") == names(default_profile(), "score")


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({}, "this is no KubeSchedulerConfiguration"),
        (HEAD | {"extenders": [{"urlPrefix": "http://x"}]}, "extenders are not modelled"),
        (HEAD | {"profiles": [{}, {}]}, r"profiles\[0\].schedulerName: Required value"),
        (
            HEAD | {"profiles": [{"plugins": {"bind": {"enabled": [{"name": "Mine"}]}}}]},
            'plugin "Mine" is not modelled',
        ),
        (
            HEAD | {"profiles": [{"plugins": {"score": {"enabled": [{"name": "NodeName"}]}}}]},
            'plugin "NodeName" does not extend',
        ),
        (
            HEAD
            | {
                "profiles": [
                    {
                        "pluginConfig": [
                            {
                                "name": "NodeResourcesFit",
                                "args": {"scoringStrategy": {"type": "Best"}},
                            }
                        ]
                    }
                ]
            },
            "scoring strategy Best is not supported",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_name(configuration, message):
    with pytest.raises(KubeRewindError, match=message):
        read_configuration(configuration)
