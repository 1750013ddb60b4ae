#include "tests/export/device/exported.hpp"

#include <stdexcept>

#include "export/format.hpp"
#include "space/files.hpp"

namespace nanonas::testing {

namespace {

exporting::Int8Network seeded_network(const space::CellSpace& cells,
                                      const space::Candidate& candidate, std::uint64_t seed,
                                      bool wild) {
    Rng rng(derive_seed(seed, "network"));
    return random_network(cells, candidate, rng, wild);
}

RandomImages seeded_images(const space::Shape& shape, std::int64_t count, std::uint64_t seed) {
    Rng rng(derive_seed(seed, "images"));
    return {shape, count, rng};
}

}  // namespace

Exported::Exported(const space::CellSpace& cells, const space::Candidate& candidate,
                   std::uint64_t seed, std::int64_t count, const std::string& name, bool wild)
    : network(seeded_network(cells, candidate, seed, wild)),
      images(seeded_images(cells.input, count, seed)),
      source{folder.path(), name},
      classes(cells.classes) {
    exporting::WriteOptions options;
    options.name = name;
    options.vectors = count;
    exporting::write_files(folder.path(), exporting::make_writer("c")->render(
                                              {nullptr, &network, images.view()}, options));
}

void Exported::change(const std::string& file, const std::string& old,
                      const std::string& now) const {
    std::string text = read_file(folder.file(file));
    const std::size_t at = text.find(old);
    if (at == std::string::npos) {
        throw std::logic_error(file + " holds no " + old);
    }
    write_file(folder.file(file), text.replace(at, old.size(), now));
}

}  // namespace nanonas::testing
