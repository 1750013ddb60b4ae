#include "apps/nanonas/session.hpp"
#include "nas/signature.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::app {

int run_bench(Session& session) {
    const std::string& what = session.command().what;
    if (what == "signature") {
        const std::string signature = nas::signature(session.config().training.seed);
        session.result({{"verb", "bench"}, {"signature", signature}}, signature + "\n");
        return kDone;
    }
    throw ConfigError(what.empty() ? "bench: say what to measure; known: signature"
                                   : "bench: \"" + what + "\" is unknown; known: signature" +
                                         did_you_mean(what, {"signature"}));
}

}  // namespace nanonas::app
