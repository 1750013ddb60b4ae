#include "apps/pipeline/verbs/report.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"

namespace nanonas::app {

int run_report(Session& session) {
    const WrittenPage page =
        write_page(session.config(), session.command().operands, session.task());
    std::string text = page.file + ": " + std::to_string(page.runs.size()) +
                       (page.runs.size() == 1 ? " run\n" : " runs\n");
    for (const std::string& note : page.notes) {
        text += note + "\n";
    }
    return session.result(to_json(page), text);
}

}  // namespace nanonas::app
