import json

import pytest

from engine.errors import KubeRewindError
from engine.model.timestamp import SECOND_NS
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


def with_args(plugin, **args):
    return HEAD | {"profiles": [{"pluginConfig": [{"name": plugin, "args": args}]}]}


def two_profiles(**second):
    profiles = [{"schedulerName": "a"}, {"schedulerName": "b", **second}]
    return HEAD | {"profiles": profiles}


SHAPE = {"utilization": 0, "score": 0}


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (HEAD | {"percentageOfNodesToScores": 5}, 'unknown field "percentageOfNodesToScores"'),
        (HEAD | {"profiles": [{"plugin": {}}]}, r'unknown field "profiles\[0\].plugin"'),
        (
            HEAD | {"profiles": [{"plugins": {"filters": {}}}]},
            r'unknown field "profiles\[0\].plugins.filters"',
        ),
        (
            HEAD | {"profiles": [{"plugins": {"score": {"enabled": [{"nam": "x"}]}}}]},
            r'unknown field "profiles\[0\].plugins.score.enabled\[0\].nam"',
        ),
        (with_args("NodeAffinity", affinity={}), "args.affinity"),
        (with_args("NodeAffinity", kind="OtherArgs"), "not of type NodeAffinityArgs"),
        (HEAD | {"percentageOfNodesToScore": 101}, r"not in valid range \[0-100\]"),
        (HEAD | {"profiles": [{"percentageOfNodesToScore": -1}]}, r"not in valid range \[0-100\]"),
        (HEAD | {"podInitialBackoffSeconds": 0}, "must be greater than 0"),
        (HEAD | {"podMaxBackoffSeconds": 1, "podInitialBackoffSeconds": 2}, "or equal to"),
        (HEAD | {"parallelism": 0}, "greater than zero"),
        (HEAD | {"profiles": [{"schedulerName": "a"}, {"schedulerName": "a"}]}, "the same"),
        (HEAD | {"profiles": [{"schedulerName": ""}]}, "Required value"),
        (
            two_profiles(plugins={"queueSort": {"disabled": [{"name": "*"}]}}),
            "only one queue sort plugin required",
        ),
        (
            two_profiles(plugins={"queueSort": {"enabled": [{"name": "PrioritySort"}]}}),
            "must be the same for all profiles",
        ),
        (
            HEAD | {"profiles": [{"plugins": {"bind": {"disabled": [{"name": "*"}]}}}]},
            "at least one bind plugin is needed",
        ),
        (
            HEAD
            | {
                "profiles": [
                    {"plugins": {"score": {"enabled": [{"name": "NodeAffinity"}] * 2}}},
                ]
            },
            'plugin "NodeAffinity" already registered',
        ),
        (
            HEAD | {"profiles": [{"plugins": {"postBind": {"enabled": [{"name": "NodeName"}]}}}]},
            "does not extend",
        ),
        (
            HEAD | {"profiles": [{"pluginConfig": [{"name": "NodeAffinity"}] * 2}]},
            "Duplicate value",
        ),
        (
            with_args("InterPodAffinity", hardPodAffinityWeight=101),
            r"not in valid range \[0, 100\]",
        ),
        (with_args("DefaultPreemption", minCandidateNodesAbsolute=-1), "not in valid range"),
        (
            with_args(
                "DefaultPreemption", minCandidateNodesAbsolute=0, minCandidateNodesPercentage=0
            ),
            "cannot be zero at the same time",
        ),
        (with_args("VolumeBinding", bindTimeoutSeconds=-1), "not in valid range"),
        (with_args("VolumeBinding", shape=[SHAPE]), "unexpected field `shape`"),
        (
            with_args("NodeResourcesBalancedAllocation", resources=[{"name": "cpu", "weight": 2}]),
            "with the weight 1",
        ),
        (
            with_args(
                "NodeResourcesFit",
                scoringStrategy={
                    "type": "LeastAllocated",
                    "resources": [{"name": "cpu", "weight": 101}],
                },
            ),
            "not in valid range",
        ),
        (with_args("NodeResourcesFit", ignoredResourceGroups=["a/b"]), "can't contain"),
        (
            with_args(
                "PodTopologySpread",
                defaultingType="List",
                defaultConstraints=[{"maxSkew": 0, "topologyKey": "z"}],
            ),
            "maxSkew",
        ),
        (
            with_args(
                "NodeAffinity",
                addedAffinity={
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [
                            {"matchExpressions": [{"key": "a", "operator": "Near"}]}
                        ]
                    }
                },
            ),
            "Near",
        ),
    ],
)
def test_what_kube_scheduler_would_not_start_with_is_refused(configuration, message):
    with pytest.raises(KubeRewindError, match=message):
        read_configuration(configuration)


def test_how_long_pods_wait_and_how_many_nodes_are_scored_is_read():
    found = read_configuration(
        HEAD
        | {
            "podInitialBackoffSeconds": 2,
            "podMaxBackoffSeconds": 30,
            "percentageOfNodesToScore": 40,
            "profiles": [{"percentageOfNodesToScore": 70}],
        }
    )
    assert (found.backoff.initial_ns, found.backoff.max_ns) == (2 * SECOND_NS, 30 * SECOND_NS)
    assert found.percentage_of_nodes_to_score == 40
    assert found.profiles["default-scheduler"].percentage_of_nodes_to_score == 70


def test_what_the_process_alone_is_told_is_taken():
    assert read_configuration(
        HEAD
        | {
            "leaderElection": {"leaderElect": True},
            "clientConnection": {"qps": 50},
            "enableProfiling": False,
            "parallelism": 4,
        }
    ).profiles.keys() == {"default-scheduler"}


def test_the_plugins_of_binding_stand_at_their_points():
    found = default_profile()
    assert names(found, "queueSort") == ["PrioritySort"]
    assert names(found, "preEnqueue") == ["SchedulingGates", "DefaultPreemption"]
    assert names(found, "reserve") == names(found, "preBind") == ["VolumeBinding"]
    assert (names(found, "permit"), names(found, "bind")) == ([], ["DefaultBinder"])
