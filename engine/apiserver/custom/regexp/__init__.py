"""Where a regular expression matches: the library tells only whether it does."""
