"""What all tests share.

Whether a change passes must not hang on chance: hypothesis tries the same examples each time. New
ones are tried by `make test-all`.
"""

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.load_profile("same")
