#include "apps/nanonas/verbs/runs.hpp"

#include "apps/nanonas/views/summary.hpp"
#include "apps/pipeline/finished_run.hpp"
#include "apps/pipeline/report_json.hpp"

namespace nanonas::app {

namespace {

int show(Session& session, const nlohmann::json& document, const RunReport& report) {
    return session.result(document, summary_text(report),
                          report.failures.value_or(std::vector<std::string>()));
}

}  // namespace

void began(Session& session, const Run& run) {
    session.began(run.path());
    session.display().log_to(run.file("search.log"));
    session.display().line("run: " + run.path() + (run.resumed() ? ", resumed" : ""));
}

int conclude(Session& session, Run& run) {
    if (run.makes_products()) {
        run.products(run.train());
    }
    run.finish();
    return show(session, to_json(run.report()), run.report());
}

int show_finished(Session& session, const Run& run) {
    session.display().line(run.path() + ": this run is finished; its summary again");
    return show(session, finished_summary(run.path()), run.report());
}

}  // namespace nanonas::app
