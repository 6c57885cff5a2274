"""The plugins, in the order in which Kubernetes runs them.

Source: pkg/kubeapiserver/options/plugins.go (AllOrderedPlugins), v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.chain import Chain
from engine.apiserver.admission.contract import Plugin
from engine.apiserver.admission.options import Options


def chain_of(options: Options) -> Chain:
    """The plugins that are on with these options."""
    plugins: list[Plugin] = []
    return Chain(plugins)
