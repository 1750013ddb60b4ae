#include "apps/nanonas/verbs/runs.hpp"
#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/search_view.hpp"

namespace nanonas::app {

int run_search(Session& session) {
    const Config& config = session.config();
    Run run = Run::open(config, Verb::kSearch,
                        {config.output.out, config.output.resume, config.output.tensorboard,
                         config.output.report_images},
                        session.task());
    if (run.finished()) {
        return show_finished(session, run);
    }
    began(session, run);
    SearchView view(session.display(), run.axes(), run.priced(), run.from_table());
    run.search(view.hooks());
    return conclude(session, run);
}

}  // namespace nanonas::app
