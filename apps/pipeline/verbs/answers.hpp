// A network's answers to images: which arithmetic gives them, and as probabilities.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "space/images.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// "int8" (the integer reference), "float", or "c" (the generated C, compiled for this computer).
std::vector<std::string> form_names();

/// Immutable: several threads may ask at the same time.
class Answers {
  public:
    virtual ~Answers() = default;

    const space::Shape& input() const { return input_; }
    /// One a class; numbers where the model names none.
    const std::vector<std::string>& labels() const { return labels_; }
    /// [image][class]: softmax of the scores, or what the model's own softmax gives. Throws
    /// ExportError for C that does not compile or run, Interrupted.
    virtual std::vector<float> probabilities(const space::ImageView& images,
                                             const Task& task) const = 0;

  protected:
    Answers(space::Shape input, std::vector<std::string> labels, std::int64_t classes);

  private:
    space::Shape input_;
    std::vector<std::string> labels_;
};

/// `file`: as model_path() gives it. Throws ConfigError for a form that this model or this computer
/// does not have, and as read_import() and read_stored_model().
std::unique_ptr<Answers> answers_of(const Config& config, const std::string& file,
                                    const std::string& form, const Task& task);

}  // namespace nanonas::pipeline
