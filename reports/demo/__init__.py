"""What `kuberewind demo` shows: the recording of a real cluster, and three questions to it."""
