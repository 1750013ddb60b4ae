#include "apps/nanonas/verbs/runs.hpp"
#include "apps/nanonas/verbs/verbs.hpp"

namespace nanonas::app {

int run_train(Session& session) {
    const Config& config = session.config();
    Run run = Run::open(config, Verb::kTrain,
                        {config.output.out, config.output.resume, config.output.tensorboard,
                         config.output.report_images},
                        session.task());
    if (run.finished()) {
        return show_finished(session, run);
    }
    began(session, run);
    return conclude(session, run);
}

}  // namespace nanonas::app
