#include "export/pytorch/state_file.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "export/pytorch/stored_tensor.hpp"
#include "export/zip_archive.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::exporting {

namespace {

/// A pickle takes some hundred bytes for a tensor.
constexpr std::size_t kLargestPickle = std::size_t{1} << 20;
constexpr std::string_view kPickleName = "/data.pkl";
constexpr std::string_view kCounter = ".num_batches_tracked";

/// "16x3x3x3"
std::string sides(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const std::int64_t side : shape) {
        text += (text.empty() ? "" : "x") + std::to_string(side);
    }
    return text.empty() ? "a single number" : text;
}

class StateFile {
  public:
    StateFile(std::string_view bytes, const std::string& path) : path_(path) {
        std::optional<ZipArchive> archive = ZipArchive::open(bytes);
        if (!archive) {
            fail("not a .pt file of torch.save or torch.jit.save, or cut short (no zip archive)");
        }
        archive_ = std::move(*archive);
        const ZipEntry& pickle = find_pickle();
        if (const ZipEntry* order = archive_.find(folder_ + "byteorder")) {
            if (archive_.stored(*order) != std::optional<std::string_view>("little")) {
                fail("its byte order is not little-endian");
            }
        }
        if (pickle.size > kLargestPickle) {
            fail("its data.pkl has more than 1 MiB; expected the state_dict of one network");
        }
        const std::optional<std::string_view> text = archive_.stored(pickle);
        if (!text) {
            fail("damaged (its data.pkl)");
        }
        tensors_ = stored_tensors(Pickle::read(*text, path), path);
    }

    space::Weights weights(const space::Network& network) const {
        const std::vector<space::ParameterSpec> specs = space::parameters(network);
        const std::string unknown = first_unknown(specs);
        space::Weights weights;
        for (const space::ParameterSpec& spec : specs) {
            const auto found = tensors_.find(spec.name);
            if (found == tensors_.end()) {
                fail(spec.name, unknown.empty() ? "is missing"
                                                : "is missing; the file has '" + unknown +
                                                      "', which belongs to no layer");
            }
            weights[spec.name] = {spec.shape, values(spec, found->second)};
        }
        if (!unknown.empty()) {
            fail(unknown, "belongs to no layer of the network");
        }
        return weights;
    }

  private:
    [[noreturn]] void fail(const std::string& why) const { throw ExportError(path_ + ": " + why); }
    [[noreturn]] void fail(const std::string& tensor, const std::string& why) const {
        throw NetworkError(path_ + ": tensor '" + tensor + "' " + why);
    }

    const ZipEntry& find_pickle() {
        for (const ZipEntry& entry : archive_.entries()) {
            const std::size_t slash = entry.name.find('/');
            if (slash != std::string_view::npos && entry.name.substr(slash) == kPickleName) {
                folder_ = std::string(entry.name.substr(0, slash + 1));
                return entry;
            }
        }
        fail("not a .pt file of torch.save or torch.jit.save (a zip archive without data.pkl)");
    }

    /// Empty: none. PyTorch counts the batches of a batch norm, which says nothing of what it
    /// computes.
    std::string first_unknown(const std::vector<space::ParameterSpec>& specs) const {
        std::set<std::string> known;
        for (const space::ParameterSpec& spec : specs) {
            known.insert(spec.name);
            const std::size_t dot = spec.name.rfind('.');
            if (spec.name.substr(dot) == ".running_mean") {
                known.insert(spec.name.substr(0, dot) + std::string(kCounter));
            }
        }
        const auto found = std::find_if(tensors_.begin(), tensors_.end(), [&](const auto& tensor) {
            return known.count(tensor.first) == 0;
        });
        return found == tensors_.end() ? "" : found->first;
    }

    /// The shape is that of a layer, which bounds what is taken of memory.
    std::vector<float> values(const space::ParameterSpec& spec, const StoredTensor& tensor) const {
        if (tensor.shape != spec.shape) {
            fail(spec.name, "is " + sides(tensor.shape) + ", its layer has " + sides(spec.shape));
        }
        if (!is_float_type(tensor.type)) {
            fail(spec.name, "is a torch." + tensor.type +
                                "; expected float32 (float64, float16 and bfloat16 are "
                                "converted)");
        }
        const ZipEntry* const entry = archive_.find(folder_ + "data/" + tensor.key);
        const std::optional<std::string_view> bytes =
            entry != nullptr ? archive_.stored(*entry) : std::nullopt;
        if (!bytes) {
            fail(spec.name, "has damaged or missing values");
        }
        const std::optional<std::vector<float>> values = values_of(tensor, *bytes);
        if (!values) {
            fail(spec.name, "reaches beyond the values that the file has for it");
        }
        if (!std::all_of(values->begin(), values->end(),
                         [](float value) { return std::isfinite(value); })) {
            fail(spec.name, "holds a value that is not finite");
        }
        return *values;
    }

    const std::string& path_;
    ZipArchive archive_;
    std::string folder_;  ///< of all files in the archive, with its slash
    std::map<std::string, StoredTensor> tensors_;
};

}  // namespace

space::Weights parse_state(std::string_view bytes, const std::string& path,
                           const space::Network& network) {
    return StateFile(bytes, path).weights(network);
}

space::Weights read_state(const std::string& path, const space::Network& network) {
    const std::string bytes = read_file(path);
    return parse_state(bytes, path, network);
}

}  // namespace nanonas::exporting
