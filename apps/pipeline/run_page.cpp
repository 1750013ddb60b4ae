// report.html of a run that has just ended.
#include "apps/pipeline/html/report.hpp"
#include "apps/pipeline/run_state.hpp"
#include "apps/pipeline/sample.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::pipeline {

/// The run is finished: a page that cannot be made is told, and no failure of it.
void Run::State::write_page() {
    html::InMemory memory;
    if (own.space != nullptr) {
        memory.axes = axes;
    }
    if (data) {
        memory.images = [this] {
            const DataSets& sets = winner_data();
            EvaluationImages images;
            images.run = path;
            images.role = sets.test ? "test" : "validation";
            images.set = sets.test ? sets.test->set : sets.winner.set;
            images.rows =
                sets.test ? all_rows(images.set.store->view().count) : sets.winner.validation;
            return images;
        };
    }
    try {
        const html::RunStory story = html::read_story(path, report_images, task, memory);
        directory->require_in_place();
        write_file(directory->file("report.html"), html::report({story}));
    } catch (const Error& error) {
        task.tell("report.html is not written: " + std::string(error.what()) +
                  "; `nanonas report` makes it again");
    }
}

}  // namespace nanonas::pipeline
