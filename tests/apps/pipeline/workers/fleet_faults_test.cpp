// A fleet whose workers fail: nothing is lost, and one line says who and why.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "apps/pipeline/version.hpp"
#include "apps/pipeline/workers/workers_lost.hpp"
#include "space/errors.hpp"
#include "tests/apps/pipeline/workers/scripted.hpp"
#include "tests/support/message_of.hpp"

using namespace nanonas;
using namespace nanonas::test;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

struct Fault {
    const char* what;
    const char* script;  ///< the first time a worker is asked
    const char* told;
};

/// Of the first start only.
const Fault kFaults[] = {
    {"ends", "exit 3", "ended, exit code 3"},
    {"is killed", "kill -9 $$", "ended, signal 9"},
    {"complains", "echo 'out of luck' >&2; exit 1", "ended, exit code 1: out of luck"},
    {"tears a line", "printf '{\"done\":{\"id\"'; exit 0", "its last line is torn"},
    {"babbles", "echo hello", "\"hello\" is no message"},
    {"says no end", "head -c 1100000 /dev/zero; sleep 1000", "a line of more than 1,048,576 bytes"},
    {"greets again", "hello", "it says hello twice"},
    {"opens what it was not told of",
     "echo '{\"opened\":{\"search\":9,\"build\":\"b\",\"simd\":\"s\",\"probe\":\"p\"}}'",
     "it speaks of search 9, of which it was not told"},
    {"asks for images twice",
     "echo '{\"need\":{\"what\":\"data\"}}'; echo '{\"need\":{\"what\":\"data\"}}'; sleep 1000",
     "it asks for the images twice"},
    {"opens again", "echo '{\"opened\":{\"build\":\"b\",\"simd\":\"s\",\"probe\":\"p\"}}'",
     "it opens twice"},
    {"answers what was not asked", "id=77; answer 1", "it was not asked for, id 77"},
    {"closes its input and output", "exec <&- >&-; sleep 1000", "closed its output"},
    {"hangs", "sleep 1000", "hangs: silent for"},
    {"says null", "echo '{\"done\":{\"id\":'$id',\"score\":null,\"curve\":[]}}'",
     "expected a number"},
};

}  // namespace

TEST_CASE("whatever befalls a worker, its evaluation is asked again") {
    for (const Fault& fault : kFaults) {
        INFO(fault.what);
        Scripted fleet;
        fleet.limits().silence_seconds = 1.5;
        fleet.add(std::string("hello; open; next; if once fault; then ") + fault.script +
                  "; else answer 0.5; fi; serve");
        fleet.start();
        CHECK(fleet.evaluate(4).score == 0.5);
        INFO(fleet.told());
        CHECK(fleet.tells(fault.told));
        CHECK(fleet.tells("worker there/"));
        CHECK(fleet.tells("started again in"));
        CHECK(fleet.tells("(4,0), training 2 of 2: lost on worker there/"));
        CHECK(fleet.reports()[0].losses == 1);
        CHECK(fleet.reports()[0].evaluations == 1);
    }
}

TEST_CASE("a repeat that is lost three times stops the search and says why") {
    Scripted fleet;
    fleet.add("hello; open; next; echo $$ >> $folder/pids; kill -9 $$");
    fleet.start();
    const std::string text = testing::message_of<WorkersLost>([&] { fleet.evaluate(4); });
    CHECK_THAT(text,
               Contains("(4,0), training 2 of 2: lost 3 times, the last time on worker there/") &&
                   Contains("ended, signal 9"));
}

TEST_CASE("a worker that ends before it is ready is started again, but not for ever") {
    Scripted fleet;
    fleet.add("if once first; then exit 1; fi; hello; open; serve");
    fleet.start();
    CHECK(fleet.evaluate(4).score == 0.5);

    Scripted hopeless;
    hopeless.add("echo x >> $folder/starts; exit 1");
    CHECK_THAT(testing::message_of<ConfigError>([&] { hopeless.start(); }),
               Contains("--workers-from: no worker can be had: cmd:worker0: ended, exit code 1"));
    hopeless.end();
}

TEST_CASE("a worker that can never do is refused at once, with the reason") {
    const std::string good =
        "{\"hello\":{\"protocol\":2,\"version\":\"" + version() + "\",\"host\":\"h\",\"slots\":1}}";
    const std::pair<std::string, const char*> refused[] = {
        {"version=0.0.7; hello; sleep 1000", "is of version 0.0.7, expected "},
        {"echo '{\"hello\":{\"protocol\":3,\"version\":\"1\",\"host\":\"h\",\"slots\":1}}'; sleep "
         "1000",
         "speaks protocol 3, expected 2"},
        {"hello; read -r line; echo "
         "'{\"opened\":{\"build\":\"b\",\"simd\":\"other\",\"probe\":\"p\"}}'",
         "its arithmetic is \"other\", here it is \"s\""},
        {"hello; read -r line; echo "
         "'{\"opened\":{\"build\":\"b\",\"simd\":\"s\",\"probe\":\"q\"}}'",
         "its arithmetic probe is \"q\", here it is \"p\""},
        {"hello; read -r line; echo '{\"refused\":{\"kind\":\"config\",\"text\":\"no such "
         "space\"}}'",
         "refuses this search: no such space"},
        {"no-such-program", "ended, exit code 127"},
    };
    for (const auto& one : refused) {
        INFO(one.first);
        Scripted fleet;
        fleet.limits().backoff_seconds = 1000.0;  // a second start would never come
        fleet.add(one.first);
        CHECK_THAT(testing::message_of<ConfigError>([&] { fleet.start(); }), Contains(one.second));
        CHECK(fleet.tells("given up"));
    }
}

TEST_CASE("a worker that says nothing is told, and given up") {
    Scripted fleet;
    fleet.limits().told_seconds = 0.05;
    fleet.limits().hello_seconds = 0.2;
    fleet.add("cat > /dev/null");
    CHECK_THAT(testing::message_of<ConfigError>([&] { fleet.start(); }),
               Contains("cmd:worker0: says nothing"));
    CHECK(fleet.tells("worker cmd:worker0: says nothing yet"));

    Scripted slow;
    slow.limits().open_seconds = 0.2;
    slow.add("hello; cat > /dev/null");
    CHECK_THAT(testing::message_of<ConfigError>([&] { slow.start(); }),
               Contains("does not get ready"));
}

TEST_CASE("who says the same twice is believed, who says otherwise is not asked again") {
    Scripted fleet;
    fleet.add(
        "hello; open; next; answer 0.5; answer 0.5; first=$id; next; id=$first; answer 0.6; sleep "
        "1000");
    fleet.add("while [ ! -e $folder/go ]; do sleep 0.01; done; hello; open; serve");
    fleet.start();
    CHECK(fleet.evaluate(4).score == 0.5);
    mkdir(fleet.file("go").c_str(), 0755);
    CHECK(fleet.evaluate(5).score == 0.5);
    CHECK(fleet.tells("scores (4,0), training 2 of 2 with other bits than before"));
    CHECK(fleet.tells("lost trainings: 1; given up"));
}

TEST_CASE("an evaluation asked again elsewhere must come to the same bits") {
    Scripted fleet;
    // A bridge that finds what it called lost.
    fleet.add(
        "hello 1; open; next; echo '{\"lost\":{\"id\":'$id',\"why\":\"silent\"}}'; first=$id; "
        "next\n"
        "answer 0.5; next; id=$first; answer 0.7; sleep 1000");
    fleet.start(0);
    CHECK(fleet.evaluate(4).score == 0.5);
    CHECK_THROWS_AS(fleet.evaluate(5), WorkersLost);
    CHECK(fleet.tells("other bits"));
}

TEST_CASE("what fails everywhere fails as it would here; what is a machine's is asked again") {
    for (const auto& one : {std::pair{"config", 0}, std::pair{"data", 1}}) {
        Scripted fleet;
        fleet.add(std::string("hello; open; next; echo '{\"failed\":{\"id\":'$id',\"kind\":\"") +
                  one.first + "\",\"text\":\"bad\"}}'; serve");
        fleet.start();
        if (one.second == 0) {
            CHECK(testing::message_of<ConfigError>([&] { fleet.evaluate(4); }) == "bad");
        } else {
            CHECK(testing::message_of<DataError>([&] { fleet.evaluate(4); }) == "bad");
        }
        CHECK(fleet.evaluate(4).score == 0.5);
    }
    Scripted fleet;
    fleet.add(
        "hello; open; next; echo '{\"failed\":{\"id\":'$id',\"kind\":\"io\",\"text\":\"disk "
        "full\"}}'\n"
        "serve");
    fleet.start();
    CHECK(fleet.evaluate(4).score == 0.5);
    CHECK(fleet.tells("disk full"));
}

TEST_CASE("a worker that does not cancel is killed and replaced") {
    Scripted fleet;
    fleet.limits().cancel_seconds = 0.2;
    fleet.add(
        "hello; open; next; if once deaf; then while :; do beat; sleep 0.05; done; fi\n"
        "answer 0.5; serve");
    fleet.start();
    std::atomic<bool> stop{true};
    const auto begun = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(fleet.evaluate(4, &stop), Interrupted);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
    CHECK(fleet.evaluate(5).score == 0.5);
}

TEST_CASE("with no worker left the search stops") {
    Scripted fleet;
    fleet.limits().starts_again = 2;
    fleet.limits().losses = 100;
    fleet.add("if once first; then hello; open; next; fi; echo bye >&2; exit 1");
    fleet.start();
    const std::string text = testing::message_of<NoWorkerLeft>([&] { fleet.evaluate(4); });
    CHECK_THAT(text, Contains("no worker is left") && Contains("ended, exit code 1: bye"));
}
