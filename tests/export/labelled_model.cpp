#include "tests/export/labelled_model.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "export/format.hpp"
#include "export/int8/interpreter.hpp"

namespace nanonas::testing {

LabelledModel::LabelledModel(std::uint64_t seed, std::int64_t count)
    : rng(seed), images({11, 14, 3}, count, rng) {
    network = random_network({{11, 14, 3}, 5}, {3, 2}, rng);
    // No printf, comment or template may stumble over them.
    network.labels = {"cat \"a\"", "50 %s @home@", "caf\xC3\xA9", "dog?\?/", "*/ emu"};
}

std::vector<exporting::OutputFile> LabelledModel::render(const std::string& format,
                                                         const std::string& name) const {
    exporting::WriteOptions options;
    options.name = name;
    options.vectors = images.count;
    return exporting::make_writer(format)->render(artifact(), options);
}

std::string LabelledModel::answer() const {
    const auto scores = exporting::Int8Interpreter(network).run(images.view().image(0));
    const auto best = std::max_element(scores.begin(), scores.end());
    const auto label = static_cast<std::size_t>(best - scores.begin());
    return "my_model: " + network.labels.at(label) + " (class " + std::to_string(label) +
           "), score " + std::to_string(*best);
}

const std::string& text_of(const std::vector<exporting::OutputFile>& files,
                           const std::string& path) {
    INFO(path);
    const auto found =
        std::find_if(files.begin(), files.end(),
                     [&](const exporting::OutputFile& file) { return file.path == path; });
    REQUIRE(found != files.end());
    return found->bytes;
}

}  // namespace nanonas::testing
