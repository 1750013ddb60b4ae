#include "apps/pipeline/config_schema.hpp"

#include "apps/nanonas/verbs/verbs.hpp"

namespace nanonas::app {

int run_schema(Session& session) {
    const std::string& name = session.command().what;
    print(schema_text(name.empty() ? schema_names().front() : name));
    return kDone;
}

}  // namespace nanonas::app
