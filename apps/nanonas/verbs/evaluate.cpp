#include "apps/pipeline/verbs/evaluate.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/evaluation_view.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"

namespace nanonas::app {

int run_evaluate(Session& session) {
    const EvaluationReport report = evaluate(session.config(), session.task());
    return session.result(to_json(report), evaluation_text(report));
}

}  // namespace nanonas::app
