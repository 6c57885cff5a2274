"""Why things are as they are: of pods so far, why one does not run."""
