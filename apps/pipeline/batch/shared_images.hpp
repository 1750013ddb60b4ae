// Images read once for all runs that ask for the same.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "apps/pipeline/data_sets.hpp"

namespace nanonas::pipeline {

/// Any thread, after add().
class SharedImages {
  public:
    /// Reads those of one run, unless another's are the same. Throws as load_data() does.
    void add(const RunSpec& spec, const Task& task);
    /// Split as the run says. They must have been added.
    DataSets of(const RunSpec& spec) const;
    /// The same with another run's split.
    const DataSets& unsplit(const RunSpec& spec) const;
    /// To be called once for each add(): what no run asks for any more is given back.
    void drop(const RunSpec& spec);
    std::size_t sets() const { return sets_.size(); }

  private:
    struct Set {
        DataSets data;
        std::size_t runs = 0;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Set> sets_;
};

}  // namespace nanonas::pipeline
