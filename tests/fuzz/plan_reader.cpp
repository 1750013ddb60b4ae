#include "apps/pipeline/batch/plan.hpp"
#include "tests/fuzz/readers.hpp"

namespace nanonas::fuzz {

void read_plan(const std::string& bytes) {
    pipeline::expand(pipeline::read_plan(scratch_file("plan.yaml", bytes)));
}

}  // namespace nanonas::fuzz
