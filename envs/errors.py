"""The one kind of error that is the user's to mend."""


class UserError(ValueError):
    """Bad input. The message is one line: what was expected, what came, what to do.

    The command line prints it as it is and exits with code 2; nothing already computed is lost.
    """
