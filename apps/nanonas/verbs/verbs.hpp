// What each verb does.
#pragma once

#include "apps/nanonas/session.hpp"

namespace nanonas::app {

/// One function per verb, each returning the exit code.
int run_search(Session& session);
int run_batch(Session& session);
int run_train(Session& session);
int run_quantize(Session& session);
int run_evaluate(Session& session);
int run_predict(Session& session);
int run_report(Session& session);
int run_export(Session& session);
int run_profile(Session& session);
int run_validate(Session& session);
int run_track(Session& session);
int run_targets(Session& session);
int run_schema(Session& session);
int run_worker(Session& session);
int run_bench(Session& session);

}  // namespace nanonas::app
