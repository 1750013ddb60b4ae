#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/options/command_line.hpp"
#include "apps/nanonas/process_start.hpp"
#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/model_run.hpp"
#include "apps/pipeline/named_data.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/workers/workers_lost.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace {

using namespace nanonas;
using namespace nanonas::app;

int run_verb(Session& session) {
    switch (session.command().verb) {
        case Verb::kSearch:
            return run_search(session);
        case Verb::kBatch:
            return run_batch(session);
        case Verb::kTrain:
            return run_train(session);
        case Verb::kQuantize:
            return run_quantize(session);
        case Verb::kEvaluate:
            return run_evaluate(session);
        case Verb::kPredict:
            return run_predict(session);
        case Verb::kExport:
            return run_export(session);
        case Verb::kProfile:
            return run_profile(session);
        case Verb::kValidate:
            return run_validate(session);
        case Verb::kReport:
            return run_report(session);
        case Verb::kTrack:
            return run_track(session);
        case Verb::kTargets:
            return run_targets(session);
        case Verb::kSchema:
            return run_schema(session);
        case Verb::kWorker:
            return run_worker(session);
        case Verb::kBench:
            return run_bench(session);
    }
    return kFailed;
}

int complain(const std::string& message, int code) {
    std::fprintf(stderr, "nanonas: %s\n", message.c_str());
    return code;
}

int run(const std::vector<std::string>& words) {
    // Outlives main: the thread that watches for signals may still read it.
    static Command command;
    command = parse_command(words);
    if (command.text) {
        print(*command.text);
        return words.size() < 2 ? kBadInput : kDone;
    }
    adopt_run(command);
    require_named_data(command);
    resolve_defaults(command.config);
    static Display display(Display::detect(command.config.output.quiet));
    static Session session(command, display);
    watch_signals([] {
        display.close();
        std::fprintf(stderr, "%s\n", session.farewell().c_str());
    });
    try {
        return run_verb(session);
    } catch (const WorkersLost& error) {
        display.close();
        const std::string advice = session.advice();
        return complain(error.what() + (advice.empty() ? "" : "; " + advice), kFailed);
    } catch (const Interrupted&) {
        display.close();
        std::fprintf(stderr, "%s\n", session.farewell().c_str());
        // The watcher must not say it again.
        end_process(kInterruptedExit);
    } catch (...) {
        display.close();
        throw;
    }
}

int code_of(const std::vector<std::string>& words) {
    try {
        return run(words);
    } catch (const NothingFits& error) {
        return complain(error.what(), kNothingFits);
    } catch (const DiskFull& error) {
        return complain(error.what(), kFailed);
    } catch (const Error& error) {
        return complain(error.what(), kBadInput);
    } catch (const std::bad_alloc&) {
        return complain("out of memory", kFailed);
    } catch (const std::exception& error) {
        return complain(std::string("failed: ") + Error(error.what()).what(), kFailed);
    }
}

}  // namespace

int main(int argc, char** argv) {
    start_process();
    end_process(code_of(std::vector<std::string>(argv, argv + argc)));
}
