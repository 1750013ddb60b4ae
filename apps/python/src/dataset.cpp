#include "apps/python/src/dataset.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "space/errors.hpp"
#include "train/data/memory_set.hpp"

namespace nanonas::python {

namespace {

class ArrayStore : public train::ImageStore {
  public:
    ArrayStore(Pixels pixels, Labels labels)
        : pixels_(std::move(pixels)), labels_(std::move(labels)) {}

    space::ImageView view() const override {
        const auto side = [this](std::size_t axis) {
            return static_cast<std::int64_t>(pixels_.shape(axis));
        };
        return {{side(1), side(2), side(3)}, side(0), pixels_.data(), labels_.data()};
    }

  private:
    Pixels pixels_;
    Labels labels_;
};

ImageSet from_arrays(const Pixels& pixels, const Labels& labels, std::vector<std::string> classes,
                     const std::string& name) {
    if (pixels.shape(0) != labels.shape(0)) {
        throw DataError(name + ": " + std::to_string(pixels.shape(0)) + " images, but " +
                        std::to_string(labels.shape(0)) + " labels");
    }
    auto store = array_store(pixels, labels);
    const nb::gil_scoped_release released;
    return {train::stored_set(std::move(store), std::move(classes), name), "memory/" + name};
}

ImageSet from_folder(const std::string& path, bool test, const std::optional<std::string>& input,
                     bool skip_bad) {
    train::LoadOptions options;
    if (input) {
        options.input = space::parse_shape(*input);
    }
    options.skip_bad = skip_bad;
    options.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const nb::gil_scoped_release released;
    const std::string place = std::filesystem::absolute(path).lexically_normal().string();
    if (!test) {
        return {train::load_training(place, options, 0.5, 1).set, place};
    }
    auto set = train::load_test(place, "", options, {});
    if (!set) {
        throw DataError(place + ": no test images");
    }
    return {std::move(set->set), place};
}

/// A view that keeps the set alive.
nb::object array_of(nb::handle self) {
    const space::ImageView view = nb::cast<const ImageSet&>(self).set.store->view();
    const auto size = [](std::int64_t value) { return static_cast<std::size_t>(value); };
    return nb::cast(nb::ndarray<nb::numpy, const std::uint8_t>(
                        view.pixels,
                        {size(view.count), size(view.shape.height), size(view.shape.width),
                         size(view.shape.channels)},
                        self),
                    nb::rv_policy::reference);
}

nb::object labels_of(nb::handle self) {
    const space::ImageView view = nb::cast<const ImageSet&>(self).set.store->view();
    return nb::cast(nb::ndarray<nb::numpy, const std::int32_t>(
                        view.labels, {static_cast<std::size_t>(view.count)}, self),
                    nb::rv_policy::reference);
}

}  // namespace

std::shared_ptr<const train::ImageStore> array_store(const Pixels& pixels, const Labels& labels) {
    return {new ArrayStore(pixels, labels), [](const ArrayStore* store) {
                const nb::gil_scoped_acquire held;
                delete store;
            }};
}

void bind_dataset(nb::module_& module) {
    nb::class_<ImageSet>(module, "ImageSet")
        .def_prop_ro("images", &array_of)
        .def_prop_ro("labels", &labels_of)
        .def_prop_ro("classes", [](const ImageSet& self) { return self.set.labels; })
        .def_prop_ro("description", [](const ImageSet& self) { return self.set.description; })
        .def_prop_ro("fingerprint", [](const ImageSet& self) { return self.set.fingerprint; })
        .def_prop_ro("skipped", [](const ImageSet& self) { return self.set.skipped; });
    module.def("from_arrays", &from_arrays);
    module.def("from_folder", &from_folder);
}

}  // namespace nanonas::python
