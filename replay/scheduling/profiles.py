"""The scheduler's configuration, read from the file that kube-scheduler takes with --config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from engine.scheduler.arguments import ConfigurationError
from engine.scheduler.configuration import default_profile, read_profiles
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.profile import DEFAULT_SCHEDULER_NAME
from engine.scheduler.reading import text

Frameworks = Mapping[str, Framework]
"""By the name of the scheduler that a pod asks for."""


def read_frameworks(file: Path | None) -> Frameworks:
    """The profiles of a KubeSchedulerConfiguration in YAML or JSON; None: the default one alone."""
    if file is None:
        profile = default_profile()
        return {profile.scheduler_name: Framework(profile)}
    try:
        configuration = yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise ConfigurationError(f"{file} is no YAML that can be read: {told}") from error
    if not isinstance(configuration, dict):
        raise ConfigurationError(f"{file} is no KubeSchedulerConfiguration")
    return {name: Framework(each) for name, each in read_profiles(configuration).items()}


def framework_for(pod: PodInfo, frameworks: Frameworks) -> Framework:
    """The one that the pod asks for. Raises ConfigurationError."""
    name = text(pod.spec, "schedulerName") or DEFAULT_SCHEDULER_NAME
    if name not in frameworks:
        raise ConfigurationError(
            f"pod {pod.key} asks for the scheduler {name!r}, which has no profile: give its "
            "KubeSchedulerConfiguration with --config"
        )
    return frameworks[name]
