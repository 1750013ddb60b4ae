"""What bad input or a bad environment raises: one line that names the option, file or row, what was
wrong and what was expected, as the program says it."""


class Error(Exception):
    """Every error of nanonas."""


class ConfigError(Error):
    """An option, a config key or a target file."""


class DataError(Error):
    """A data set: a folder, an image, an array, a score table, a journal."""


class NetworkError(Error):
    """A network that cannot exist; a search space raises it for a point that is none."""


class ExportError(Error):
    """A network that cannot be written in the form asked for, or a malformed model file."""


class IoError(Error):
    """The file system: missing, read-only, full, in use."""


class NothingFits(Error):
    """No network fits the budget."""
