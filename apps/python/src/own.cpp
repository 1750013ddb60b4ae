#include "apps/python/src/own.hpp"

#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/python/src/errors.hpp"
#include "space/errors.hpp"

namespace nb = nanobind;

namespace nanonas::python {

namespace {

/// call() with the GIL held, and errors as C++ knows them.
template <typename Call>
auto with_python(const Call& call) {
    const nb::gil_scoped_acquire held;
    try {
        return call();
    } catch (nb::python_error& error) {
        throw_from_python(error);
    } catch (const nb::cast_error&) {
        throw Error(
            "a method of a strategy, evaluator or space in Python returned a value of the "
            "wrong type");
    }
}

nb::tuple point(const space::Candidate& candidate) {
    return nb::tuple(nb::cast(candidate.at));
}

space::Candidate candidate_of(nb::handle object) {
    return space::Candidate(nb::cast<std::vector<std::int64_t>>(object));
}

/// A point, or a Trial with its effort.
nas::Trial trial_of(nb::handle object) {
    return nb::hasattr(object, "effort") ? nas::Trial(candidate_of(object.attr("candidate")),
                                                      nb::cast<std::int64_t>(object.attr("effort")))
                                         : nas::Trial(candidate_of(object));
}

nb::object python_outcome(const nas::Outcome& outcome) {
    return nb::module_::import_("nanonas.own")
        .attr("Outcome")(point(outcome.trial.candidate), outcome.trial.effort,
                         nb::cast(outcome.score), nb::cast(outcome.repeats));
}

class OwnStrategy : public nas::Strategy {
  public:
    explicit OwnStrategy(nb::object object) : object_(std::move(object)) {}
    OwnStrategy(const OwnStrategy&) = delete;
    OwnStrategy& operator=(const OwnStrategy&) = delete;
    ~OwnStrategy() override {
        if (!known_.is_none()) {
            nb::cast<nas::Known&>(known_).fits = [](const space::Candidate&) -> bool {
                throw Error("fits: the search that this was known of is over");
            };
        }
    }

    std::string name() const override {
        return with_python([this] { return nb::cast<std::string>(object_.attr("name")); });
    }
    void begin(const nas::Known& known) override {
        with_python([&] {
            axes_ = known.axes;
            efforts_ = known.efforts;
            known_ = nb::cast(known);
            object_.attr("begin")(known_);
        });
    }
    std::optional<nas::Trial> ask() override {
        return with_python([this]() -> std::optional<nas::Trial> {
            if (asked_.is_none()) {
                asked_ = object_.attr("ask")();
            }
            return asked_.is_none() ? std::nullopt : std::optional(sound(trial_of(asked_)));
        });
    }
    void tell(const nas::Outcome& outcome) override {
        with_python([&] {
            asked_ = nb::none();
            object_.attr("tell")(python_outcome(outcome));
        });
        if (outcome.score && (!best_ || *outcome.score > *best_->score)) {
            best_ = outcome;
        }
    }
    /// The first of the highest scores, unless the strategy knows better.
    std::optional<nas::Outcome> best() const override {
        return with_python([this]() -> std::optional<nas::Outcome> {
            const nb::object best = object_.attr("best")();
            if (best.is_none()) {
                return best_;
            }
            return nas::Outcome{trial_of(best), nb::cast<std::optional<double>>(best.attr("score")),
                                nb::cast<std::vector<double>>(best.attr("repeats"))};
        });
    }
    std::vector<nas::Trial> likely_next(std::size_t count) const override {
        return with_python([&] {
            std::vector<nas::Trial> trials;
            for (const nb::handle each : nb::iter(object_.attr("likely_next")(count))) {
                trials.push_back(sound(trial_of(each)));
            }
            return trials;
        });
    }
    std::vector<std::string> conclusion() const override {
        return with_python(
            [this] { return nb::cast<std::vector<std::string>>(object_.attr("conclusion")()); });
    }

  private:
    nas::Trial sound(nas::Trial trial) const {
        const std::size_t size = trial.candidate.at.size();
        if (size != axes_.size()) {
            throw ConfigError("strategy: a candidate of " + std::to_string(size) +
                              " values, expected " + std::to_string(axes_.size()) + " (" +
                              space::names_text(axes_) + ")");
        }
        if (trial.effort < 1 || (trial.effort > 1 && !efforts_)) {
            throw ConfigError("strategy: a trial with an effort of " +
                              std::to_string(trial.effort) + ", expected " +
                              (efforts_ ? "at least 1" : "1, for the evaluator knows no other"));
        }
        return trial;
    }

    nb::object object_;
    std::vector<space::Axis> axes_;
    bool efforts_ = false;
    nb::object known_ = nb::none();  ///< the user's may outlive the search
    nb::object asked_ = nb::none();  ///< ask() repeats its answer until told
    std::optional<nas::Outcome> best_;
};

nas::Evaluation evaluation_of(nb::handle object) {
    nas::Evaluation evaluation;
    if (!nb::hasattr(object, "score")) {
        evaluation.score = nb::cast<double>(object);
        return evaluation;
    }
    evaluation.infeasible = nb::cast<std::optional<std::string>>(object.attr("infeasible"));
    evaluation.score = nb::cast<double>(object.attr("score"));
    evaluation.curve = nb::cast<std::vector<double>>(object.attr("curve"));
    return evaluation;
}

/// A context for the user, who may keep it longer than the search does.
class LentContext {
  public:
    explicit LentContext(const nas::EvaluationContext& context) : object_(nb::cast(context)) {}
    LentContext(const LentContext&) = delete;
    LentContext& operator=(const LentContext&) = delete;
    ~LentContext() { nb::cast<nas::EvaluationContext&>(object_).stop = nullptr; }
    const nb::object& object() const { return object_; }

  private:
    nb::object object_;
};

class OwnEvaluator : public nas::Evaluator {
  public:
    explicit OwnEvaluator(nb::object object)
        : object_(std::move(object)),
          repeats_(nb::cast<std::int64_t>(object_.attr("repeats"))),
          efforts_(nb::cast<bool>(object_.attr("efforts"))) {
        if (repeats_ < 1) {
            throw ConfigError("repeats: " + std::to_string(repeats_) +
                              " of an evaluator, expected at least 1");
        }
    }

    std::int64_t repeats() const override { return repeats_; }
    bool efforts() const override { return efforts_; }
    bool knows(const space::Candidate& candidate) const override {
        return with_python([&] { return nb::cast<bool>(object_.attr("knows")(point(candidate))); });
    }
    nas::Evaluation evaluate(const space::Candidate& candidate, const space::Network* network,
                             const nas::EvaluationContext& context) override {
        return with_python([&] {
            const nb::object its_network = network == nullptr ? nb::none() : nb::cast(*network);
            const LentContext lent(context);
            return evaluation_of(
                object_.attr("evaluate")(point(candidate), its_network, lent.object()));
        });
    }

  private:
    nb::object object_;
    std::int64_t repeats_;
    bool efforts_;
};

class OwnSpace : public space::SearchSpace {
  public:
    explicit OwnSpace(nb::object object)
        : object_(std::move(object)), name_(nb::cast<std::string>(object_.attr("name"))) {
        for (const nb::handle each : nb::iter(object_.attr("axes")())) {
            axes_.push_back({nb::cast<std::string>(each.attr("name")),
                             nb::cast<std::int64_t>(each.attr("low")),
                             nb::cast<std::int64_t>(each.attr("high")),
                             nb::cast<std::int64_t>(each.attr("step")),
                             nb::cast<std::vector<std::string>>(each.attr("choices"))});
        }
        if (axes_.empty()) {
            throw ConfigError("axes: none of the space " + name_ + ", expected at least one");
        }
    }

    std::string name() const override { return name_; }
    std::vector<space::Axis> axes() const override { return axes_; }
    space::Network build(const space::Candidate& candidate) const override {
        space::require_on_axes(candidate, axes_);
        return with_python(
            [&] { return nb::cast<space::Network>(object_.attr("build")(point(candidate))); });
    }

  private:
    nb::object object_;
    std::string name_;
    std::vector<space::Axis> axes_;
};

}  // namespace

std::unique_ptr<nas::Strategy> own_strategy(nb::object object) {
    return std::make_unique<OwnStrategy>(std::move(object));
}

std::unique_ptr<nas::Evaluator> own_evaluator(nb::object object) {
    return std::make_unique<OwnEvaluator>(std::move(object));
}

std::unique_ptr<space::SearchSpace> own_space(nb::object object) {
    return std::make_unique<OwnSpace>(std::move(object));
}

void bind_own(nb::module_& module) {
    nb::class_<space::Axis>(module, "KnownAxis")
        .def_ro("name", &space::Axis::name)
        .def_ro("low", &space::Axis::low)
        .def_ro("high", &space::Axis::high)
        .def_ro("step", &space::Axis::step)
        .def_ro("choices", &space::Axis::choices);
    nb::class_<nas::Known>(module, "Known")
        .def_ro("axes", &nas::Known::axes)
        .def_ro("efforts", &nas::Known::efforts)
        .def("fits", [](const nas::Known& self, nb::handle candidate) {
            const space::Candidate at = candidate_of(candidate);
            const nb::gil_scoped_release released;
            return !self.fits || self.fits(at);
        });
    nb::class_<nas::EvaluationContext>(module, "EvaluationContext")
        .def_ro("seed", &nas::EvaluationContext::seed)
        .def_ro("repeat", &nas::EvaluationContext::repeat)
        .def_ro("effort", &nas::EvaluationContext::effort)
        .def_prop_ro("stopped", [](const nas::EvaluationContext& self) {
            return self.stop != nullptr && *self.stop;
        });
}

}  // namespace nanonas::python
