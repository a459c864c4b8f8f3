"""How an operator's command can fail. Both messages are Dutch and say what has been done and what to do."""


class BeheerFout(Exception):
    """It is not done."""


class Onvoltooid(Exception):
    """Asked and written down, not yet seen to be done. What the workers have been given they do as soon as they read it."""
