"""The rules of custom resources."""


class CustomRules:
    def __init__(self, definition, version):
        pass
