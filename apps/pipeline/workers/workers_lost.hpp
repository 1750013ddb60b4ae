// The end of a search whose workers on other machines are gone; it can be resumed.
#pragma once

#include "space/errors.hpp"

namespace nanonas::pipeline {

/// Neither input nor search are to blame: the same command with --resume goes on.
class WorkersLost : public Error {
  public:
    using Error::Error;
};

/// There is none any more, for whatever is asked.
class NoWorkerLeft : public WorkersLost {
  public:
    using WorkersLost::WorkersLost;
};

}  // namespace nanonas::pipeline
