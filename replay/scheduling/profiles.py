"""The scheduler's configuration, read from the file that kube-scheduler takes with --config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from engine.scheduler.configuration import Configuration, read_configuration
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import ObjectError
from engine.scheduler.strict import ConfigurationError

Frameworks = Mapping[str, Framework]
"""By the name of the scheduler that a pod asks for."""


def read_frameworks(file: Path | None) -> Frameworks:
    """The profiles of a KubeSchedulerConfiguration in YAML or JSON; None: the default one alone."""
    if file is None:
        return _frameworks(Configuration())
    try:
        configuration = yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise ConfigurationError(f"{file} is no YAML that can be read: {told}") from error
    if not isinstance(configuration, dict):
        raise ConfigurationError(f"{file} is no KubeSchedulerConfiguration")
    try:
        return _frameworks(read_configuration(configuration))
    except (ConfigurationError, ObjectError) as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _frameworks(configuration: Configuration) -> Frameworks:
    return {name: Framework(each) for name, each in configuration.profiles.items()}


def framework_for(pod: PodInfo, frameworks: Frameworks) -> Framework:
    """The one that the pod asks for. Raises ConfigurationError."""
    name = pod.scheduler_name
    if name not in frameworks:
        raise ConfigurationError(
            f"pod {pod.key} asks for the scheduler {name!r}, which has no profile: give its "
            "KubeSchedulerConfiguration with --config"
        )
    return frameworks[name]
