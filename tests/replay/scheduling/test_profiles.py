import pytest

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.strict import ConfigurationError
from engine.testing import pod
from replay.scheduling.profiles import framework_for, read_frameworks

_FILE = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: packing   # as people write it
  plugins:
    score: {disabled: [{name: ImageLocality}]}
"""


def _asks_for(scheduler):
    made = pod("web")
    made.spec["schedulerName"] = scheduler
    return PodInfo(made.obj)


def test_profiles_are_read_from_yaml_and_chosen_by_the_pod(tmp_path) -> None:
    file = tmp_path / "scheduler.yaml"
    file.write_text(_FILE)
    found = framework_for(_asks_for("packing"), read_frameworks(file))
    assert "ImageLocality" not in [plugin.name for plugin in found.scores]


def test_a_pod_of_a_scheduler_without_a_profile_is_refused_by_its_name() -> None:
    with pytest.raises(ConfigurationError, match=r"'packing', which has no profile: .* --config"):
        framework_for(_asks_for("packing"), read_frameworks(None))


@pytest.mark.parametrize("text", ["a: [", "- 1", "", "? [a]\n: b", "\x00", "[" * 100_000])
def test_a_file_that_is_no_configuration_is_named(tmp_path, text) -> None:
    file = tmp_path / "scheduler.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=r"scheduler\.yaml is no "):
        read_frameworks(file)


def test_what_is_wrong_in_a_configuration_is_told_with_its_file(tmp_path) -> None:
    file = tmp_path / "scheduler.yaml"
    file.write_text(_FILE.replace("profiles:", "parallelism: many\nprofiles:"))
    with pytest.raises(ConfigurationError, match=r"scheduler\.yaml: .*parallelism"):
        read_frameworks(file)
