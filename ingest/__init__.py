"""From foreign records to one ordered log, and from the log to the history."""
