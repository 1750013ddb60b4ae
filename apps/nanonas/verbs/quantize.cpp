#include "apps/pipeline/verbs/quantize.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/summary.hpp"
#include "apps/pipeline/report_json.hpp"

namespace nanonas::app {

int run_quantize(Session& session) {
    const RunReport report = quantize(session.config(), session.task());
    return session.result(to_json(report), summary_text(report), *report.failures);
}

}  // namespace nanonas::app
