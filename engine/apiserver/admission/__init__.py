"""Admission: the plugins that change or refuse what is written, in Kubernetes' order."""
