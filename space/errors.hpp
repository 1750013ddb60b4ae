// The one family of errors that bad input or a bad environment throws, in every room.
//
// The message is one line that names the file, row or key, what was wrong and what was expected:
// `data/cat/7.jpg: not a decodable image (truncated JPEG)`. The program prints it and exits with 2.
#pragma once

#include <stdexcept>
#include <string>

namespace nanonas {

/// Every error of ours.
class Error : public std::runtime_error {
  public:
    /// Control characters and bytes that are no UTF-8 are shown escaped ("\\n", "\\x1b"), so that
    /// the message is one line of text; one of more than 4,000 bytes loses its middle.
    explicit Error(const std::string& message);
};

/// A flag, a config key or a target file.
class ConfigError : public Error {
  public:
    using Error::Error;
};

/// A data set: a folder, an image, an IDX or CIFAR file, a score table.
class DataError : public Error {
  public:
    using Error::Error;
};

/// A network that cannot exist: shapes that do not meet, weights that are missing.
class NetworkError : public Error {
  public:
    using Error::Error;
};

/// A network that cannot be written in the form asked for, or a malformed model file.
class ExportError : public Error {
  public:
    using Error::Error;
};

/// The file system: missing, read-only, full, in use.
class IoError : public Error {
  public:
    using Error::Error;
};

/// Work stopped because the caller asked for it (Ctrl-C); what was finished is on disk.
class Interrupted : public Error {
  public:
    Interrupted() : Error("interrupted") {}
};

}  // namespace nanonas
