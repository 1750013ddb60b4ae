#include "apps/nanonas/command_line.hpp"
#include "tests/fuzz/readers.hpp"

namespace nanonas::fuzz {

void read_config(const std::string& bytes) {
    app::Config config;
    app::read_config_file(scratch_file("search.json", bytes), app::Verb::kSearch, config);
    config.validate();
}

}  // namespace nanonas::fuzz
