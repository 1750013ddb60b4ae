// The images of the run that made a model, where no others are named.
#pragma once

#include <string>

#include "space/errors.hpp"

namespace nanonas::pipeline {

/// What load() gives. Throws ConfigError that `option` is needed, and why, where load() throws; but
/// Interrupted stays what it is.
template <typename Load>
auto images_of_run(const std::string& option, const std::string& run, const Load& load) {
    try {
        return load();
    } catch (const Interrupted&) {
        throw;
    } catch (const Error& error) {
        throw ConfigError(option + ": needed; the images of the run " + run +
                          " cannot be taken: " + error.what());
    }
}

}  // namespace nanonas::pipeline
