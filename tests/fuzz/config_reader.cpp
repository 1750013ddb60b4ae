#include "apps/pipeline/read_config.hpp"
#include "tests/fuzz/readers.hpp"

namespace nanonas::fuzz {

void read_config(const std::string& bytes) {
    pipeline::Config config;
    pipeline::read_config_file(scratch_file("search.json", bytes), pipeline::Verb::kSearch, config);
    config.validate();
}

}  // namespace nanonas::fuzz
