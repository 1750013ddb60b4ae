#include "export/pytorch/stored_tensor.hpp"

#include <utility>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

// What hostile files may ask for.
constexpr int kDeepestModule = 32;
constexpr std::size_t kMostTensors = 10'000;
constexpr std::size_t kLongestName = 1'000;
constexpr std::size_t kMostSides = 16;

class Listing {
  public:
    Listing(const Pickle& pickle, const std::string& path) : pickle_(pickle), path_(path) {}

    std::map<std::string, StoredTensor> all() {
        list_root();
        return std::move(tensors_);
    }

  private:
    using Index = Pickle::Index;

    [[noreturn]] void fail(const std::string& why) const { throw ExportError(path_ + ": " + why); }

    void list_root() {
        const Index root = pickle_.root();
        if (const auto* dict = pickle_.get<Pickle::Dict>(root)) {
            for (const auto& item : dict->items) {
                const auto* name = pickle_.get<std::string>(item.first);
                const std::optional<StoredTensor> tensor = tensor_of(item.second);
                if (name == nullptr || !tensor) {
                    fail((name != nullptr ? "'" + *name + "'" : "an entry without a name") +
                         " is no tensor; expected the state_dict alone, as "
                         "torch.save(model.state_dict(), ...) writes it");
                }
                add(*name, *tensor);
            }
        } else if (const Pickle::Dict* module = module_of(root)) {
            list_module(*module, "", 0);
        } else {
            const auto* object = pickle_.get<Pickle::Object>(root);
            const auto* type =
                object != nullptr ? pickle_.get<Pickle::Global>(object->type) : nullptr;
            fail("holds " +
                 (type != nullptr ? "the Python object " + type->module + "." + type->name
                                  : std::string("something else")) +
                 ", which is not read; expected torch.save(model.state_dict(), ...) or a "
                 "TorchScript module");
        }
    }

    /// The attributes of a TorchScript module; null for anything else.
    const Pickle::Dict* module_of(Index index) const {
        const auto* object = pickle_.get<Pickle::Object>(index);
        const auto* type = object != nullptr ? pickle_.get<Pickle::Global>(object->type) : nullptr;
        if (type == nullptr || (type->module + ".").compare(0, 10, "__torch__.") != 0) {
            return nullptr;
        }
        return pickle_.get<Pickle::Dict>(object->state);
    }

    /// What is neither tensor nor module is no weight: flags, labels, constants.
    void list_module(const Pickle::Dict& module, const std::string& prefix, int depth) {
        if (depth > kDeepestModule) {
            fail("modules within modules, more than " + std::to_string(kDeepestModule) + " deep");
        }
        for (const auto& item : module.items) {
            if (++visited_ > kMostTensors) {
                fail("more than " + grouped(static_cast<std::int64_t>(kMostTensors)) +
                     " attributes of modules");
            }
            const auto* name = pickle_.get<std::string>(item.first);
            if (name == nullptr) {
                fail("an attribute of a module has no name");
            }
            if (const std::optional<StoredTensor> tensor = tensor_of(item.second)) {
                add(prefix + *name, *tensor);
            } else if (const Pickle::Dict* inner = module_of(item.second);
                       inner != nullptr && prefix.size() + name->size() < kLongestName) {
                list_module(*inner, prefix + *name + ".", depth + 1);
            }
        }
    }

    void add(const std::string& name, const StoredTensor& tensor) {
        if (name.size() > kLongestName) {
            fail("a tensor's name of more than " + std::to_string(kLongestName) + " characters");
        }
        if (!tensors_.emplace(name, tensor).second) {
            throw NetworkError(path_ + ": tensor '" + name + "' is there twice");
        }
    }

    const std::vector<Index>* items(Index index, std::size_t least) const {
        const auto* sequence = pickle_.get<Pickle::Sequence>(index);
        return sequence != nullptr && sequence->items.size() >= least ? &sequence->items : nullptr;
    }

    /// Nothing unless all are whole numbers >= 0.
    std::optional<std::vector<std::int64_t>> numbers(Index index) const {
        const std::vector<Index>* all = items(index, 0);
        if (all == nullptr || all->size() > kMostSides) {
            return std::nullopt;
        }
        std::vector<std::int64_t> result;
        for (const Index item : *all) {
            const auto* number = pickle_.get<std::int64_t>(item);
            if (number == nullptr || *number < 0) {
                return std::nullopt;
            }
            result.push_back(*number);
        }
        return result;
    }

    /// _rebuild_tensor_v2(storage, offset, shape, strides, ...) or a Parameter around one.
    std::optional<StoredTensor> tensor_of(Index index) const {
        const auto* call = pickle_.get<Pickle::Call>(index);
        const std::vector<Index>* arguments = nullptr;
        if (call != nullptr &&
            (pickle_.is_global(call->function, "torch._utils", "_rebuild_parameter") ||
             pickle_.is_global(call->function, "torch._utils", "_rebuild_parameter_with_state"))) {
            arguments = items(call->arguments, 1);
            call = arguments != nullptr ? pickle_.get<Pickle::Call>(arguments->front()) : nullptr;
        }
        if (call == nullptr ||
            !pickle_.is_global(call->function, "torch._utils", "_rebuild_tensor_v2")) {
            return std::nullopt;
        }
        arguments = items(call->arguments, 4);
        if (arguments == nullptr) {
            return std::nullopt;
        }
        // ("storage", type, key, device, elements)
        const auto* outside = pickle_.get<Pickle::Persistent>((*arguments)[0]);
        const std::vector<Index>* storage = outside != nullptr ? items(outside->id, 5) : nullptr;
        const auto* offset = pickle_.get<std::int64_t>((*arguments)[1]);
        auto shape = numbers((*arguments)[2]);
        auto strides = numbers((*arguments)[3]);
        if (storage == nullptr || offset == nullptr || *offset < 0 || !shape || !strides) {
            return std::nullopt;
        }
        const auto* type = pickle_.get<Pickle::Global>((*storage)[1]);
        const auto* key = pickle_.get<std::string>((*storage)[2]);
        if (type == nullptr || key == nullptr || type->name.size() > kLongestName ||
            key->size() > kLongestName) {
            return std::nullopt;
        }
        return StoredTensor{type->name, *key, *offset, std::move(*shape), std::move(*strides)};
    }

    const Pickle& pickle_;
    const std::string& path_;
    std::map<std::string, StoredTensor> tensors_;
    std::size_t visited_ = 0;
};

}  // namespace

std::map<std::string, StoredTensor> stored_tensors(const Pickle& pickle, const std::string& path) {
    return Listing(pickle, path).all();
}

}  // namespace nanonas::exporting
