#include "apps/pipeline/workers/worker.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "apps/nanonas/process_start.hpp"
#include "apps/nanonas/verbs/verbs.hpp"

namespace nanonas::app {

int run_worker(Session& session) {
    // Who no longer reads is told by the input's end.
    std::signal(SIGPIPE, SIG_IGN);
    WorkerOptions options;
    options.cache = session.config().data.cache;
    // What is under way is of no use to anybody: a worker owns nothing.
    options.closed = [] { end_process(kDone); };
    Task task = session.task();
    task.threads = static_cast<int>(std::max<std::int64_t>(1, session.config().workers));
    serve(STDIN_FILENO, STDOUT_FILENO, options, task);
    return kDone;
}

}  // namespace nanonas::app
