// What an error says.
#pragma once

#include <string>

namespace nanonas::testing {

/// The message of the Error that `work` ends with; "no error" when it comes to its end.
template <typename Error, typename Work>
std::string message_of(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace nanonas::testing
