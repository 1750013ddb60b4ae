// Where programs are looked for, for the time of a test.
#pragma once

#include <cstdlib>
#include <string>

namespace nanonas::testing {

/// PATH is another one as long as this lives; one at a time, no other threads.
class SearchPath {
  public:
    explicit SearchPath(const std::string& path) : before_(std::getenv("PATH")) {
        ::setenv("PATH", path.c_str(), 1);
    }
    ~SearchPath() { ::setenv("PATH", before_.c_str(), 1); }
    SearchPath(const SearchPath&) = delete;
    SearchPath& operator=(const SearchPath&) = delete;

  private:
    std::string before_;
};

}  // namespace nanonas::testing
