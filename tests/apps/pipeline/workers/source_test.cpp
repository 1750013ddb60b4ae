#include "apps/pipeline/workers/source.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "tests/support/message_of.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

using Words = std::vector<std::string>;

std::vector<WorkerSource> parse(const std::string& text, const std::string& program = "") {
    return parse_worker_sources(text, program);
}

}  // namespace

TEST_CASE("a command is a shell's, as often as it says") {
    const auto sources = parse("cmd:2*srun nanonas worker --cache a,b");
    REQUIRE(sources.size() == 2);
    CHECK(sources[1].name == "cmd:srun nanonas worker --cache a,b");
    CHECK(sources[1].words == Words{"/bin/sh", "-c", "srun nanonas worker --cache a,b"});
    // No number of workers: a pattern of the shell, say.
    CHECK(parse("cmd:./*/nanonas worker").size() == 1);
    CHECK(parse("cmd:2 nanonas worker")[0].words[2] == "2 nanonas worker");
}

TEST_CASE("hosts are reached by ssh, one connection each") {
    const auto sources = parse("ssh:hostA*4,me@hostB");
    REQUIRE(sources.size() == 2);
    CHECK(sources[0].name == "ssh:hostA*4");
    CHECK(sources[0].words.front() == "ssh");
    CHECK(sources[0].words[1] == "-oBatchMode=yes");
    CHECK(Words(sources[0].words.end() - 2, sources[0].words.end()) ==
          Words{"hostA", "nanonas worker --workers 4"});
    CHECK(Words(sources[1].words.end() - 2, sources[1].words.end()) ==
          Words{"me@hostB", "nanonas worker"});
    CHECK(parse("ssh:h", "~/bin/nanonas")[0].words.back() == "~/bin/nanonas worker");
}

TEST_CASE("a Ray cluster has its bridge") {
    CHECK(parse("ray:auto")[0].words == Words{"python3", "-m", "nanonas.ray", "--address", "auto"});
    CHECK(parse("ray:10.0.0.1:6379*8", "/opt/nanonas")[0].words ==
          Words{"python3", "-m", "nanonas.ray", "--address", "10.0.0.1:6379", "--slots", "8",
                "--command", "/opt/nanonas worker"});
}

TEST_CASE("sources stand in lines, and none is none") {
    CHECK(parse("").empty());
    CHECK(parse("cmd:a\nssh:b,c\nray:auto").size() == 4);
}

TEST_CASE("what is no source is refused with the forms there are") {
    const std::pair<const char*, const char*> refused[] = {
        {"hostA", "expected cmd:COMMAND"},
        {"ssh:", "\"\" is no host"},
        {"ssh:a,,b", "\"\" is no host"},
        {"ssh:a*0", "in [1, 1024]"},
        {"ssh:a*x", "number of workers"},
        {"ssh:a b", "\"a b\" is no host"},
        {"ssh:-oProxyCommand=x", "is no host"},
        {"ray:", "is no address"},
        {"cmd:", "no command"},
        {"cmd:3* ", "no command"},
        {"cmd:9999*x", "in [1, 1024]"},
    };
    for (const auto& one : refused) {
        INFO(one.first);
        CHECK_THAT(testing::message_of<ConfigError>([&] { parse(one.first); }),
                   Contains(one.second));
    }
}
