"""The store: objects and revisions as etcd keeps them, with watches, cheap forks and a digest."""
