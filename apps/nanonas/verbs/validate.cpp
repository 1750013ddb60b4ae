#include "apps/pipeline/verbs/validate.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/device_view.hpp"
#include "apps/pipeline/device_report_json.hpp"

namespace nanonas::app {

int run_validate(Session& session) {
    const ValidateReport report = validate(session.config(), session.task());
    const std::vector<std::string> failures = report.failures(session.config().products.strict);
    nlohmann::json document = to_json(report);
    document["failures"] = failures;
    return session.result(document, validate_text(report), failures);
}

}  // namespace nanonas::app
