#include "apps/pipeline/verbs/track.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"

namespace nanonas::app {

int run_track(Session& session) {
    const TrackOptions& options = session.config().track;
    const std::vector<std::string>& runs = session.command().operands;
    session.began(runs.front());
    const std::vector<TrackedRun> tracked = track(runs, options, session.task());
    std::string text;
    for (const TrackedRun& run : tracked) {
        text += run.run + ": " + std::to_string(run.candidates) + " candidates in " + options.to +
                ", " + std::to_string(run.added) + " of them new" +
                (run.finished ? "" : "; not finished, the same again adds what is missing") + "\n";
    }
    return session.result(to_json(tracked), text);
}

}  // namespace nanonas::app
