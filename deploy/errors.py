"""What a person who starts the site is told when it cannot be."""


class DeployError(Exception):
    """One line that says what is wrong and where. The command line prints it and ends with status 2."""
