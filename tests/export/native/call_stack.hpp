// Worst stack along the calls that GCC wrote down with -fcallgraph-info=su.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace nanonas::testing {

class CallStack {
  public:
    /// The text of a .ci file. Throws std::runtime_error for one that lists no function.
    explicit CallStack(const std::string& graph);
    /// Of a function and all it calls. Throws std::runtime_error for a function whose own stack is
    /// not known.
    std::int64_t worst(const std::string& function) const;

  private:
    std::map<std::string, std::int64_t> own_;
    std::map<std::string, std::set<std::string>> calls_;
};

}  // namespace nanonas::testing
