// What is wrong on the command line or in a config file: one line, exit code 2, nothing written.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apps/nanonas/options/command_line.hpp"
#include "apps/nanonas/options/help.hpp"
#include "apps/pipeline/config_schema.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/read_config.hpp"
#include "space/errors.hpp"
#include "tests/apps/program.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::app;
using Catch::Contains;

namespace {

std::string message(const std::string& line) {
    return testing::message_of<Error>([&] { parse_command(test::words("nanonas " + line)); });
}

}  // namespace

TEST_CASE("a wrong word is answered with what was wrong and the nearest name") {
    CHECK_THAT(message("serch"), Contains("serch: unknown verb; did you mean search?"));
    CHECK_THAT(message("search --rma 1"), Contains("--rma: unknown option; did you mean --ram?"));
    CHECK_THAT(message("search --ram -1"), Contains("--ram") && Contains("-1"));
    CHECK_THAT(message("search --ram 40KB2"), Contains("--ram") && Contains("40KB2"));
    CHECK_THAT(message("search --ram 0"), Contains("at least 1 byte"));
    CHECK_THAT(message("search --ram"), Contains("--ram: needs a value"));
    CHECK_THAT(message("search --ram 1 --ram 2"), Contains("--ram: given more than once"));
    CHECK_THAT(message("search --epochs 2.5"), Contains("--epochs") && Contains("2.5"));
    CHECK_THAT(message("search --epochs 0"), Contains("--epochs"));
    CHECK_THAT(message("search --lr fast"), Contains("--lr") && Contains("fast"));
    CHECK_THAT(message("search --lr nan"), Contains("--lr"));
    CHECK_THAT(message("search --val-split 1.5"), Contains("--val-split"));
    CHECK_THAT(message("search --input 50x50x2"), Contains("--input"));
    CHECK_THAT(message("search --strategy ocam"), Contains("ocam") && Contains("occam"));
    CHECK_THAT(message("search --space cell"), Contains("cell") && Contains("cells"));
    CHECK_THAT(message("train --space blok --arch 4,3"), Contains("expected one of cells"));
    CHECK_THAT(message("train --arch 4"),
               Contains("--arch: '4': not an architecture, expected k,c such as"));
    CHECK_THAT(message("search --schedule cosin"), Contains("did you mean cosine?"));
    CHECK_THAT(message("search --augment flop"), Contains("flop") && Contains("flip"));
    CHECK_THAT(message("search --runtime tfml"), Contains("tfml") && Contains("tflm"));
    CHECK_THAT(message("search --runtime all"), Contains("all is for profile"));
    CHECK_THAT(message("search --name 2fast"), Contains("--name") && Contains("C identifier"));
    CHECK_THAT(message("search images"), Contains("images: unexpected word"));
    CHECK_THAT(message("schema search target"),
               Contains("target: unexpected word; nanonas schema takes one NAME only"));
    CHECK_THAT(message("schema --json"), Contains("`nanonas schema` does not take it"));
    CHECK_THAT(message("train --arch 0,3"), Contains("--arch"));
    CHECK_THAT(message("profile --data x"), Contains("`nanonas profile` does not take it"));
    CHECK_THAT(message("--ram 3"), Contains("the verb comes first"));
}

TEST_CASE("every value lands where its option says, and reads back as the same text") {
    const Command command = parse_command(test::words(
        "nanonas search --ram 40KiB --flash 131072 --macc 5 --val-split 0.25 --input 32x24x1 "
        "--augment flip,shift=2,brightness=0.1 --schedule cosine --seed 7 --skip-bad --workers 3"));
    CHECK(command.config.budget.ram_bytes == 40960);
    CHECK(command.config.data.input == space::Shape{32, 24, 1});
    CHECK(command.config.training.augment->shift == 2);
    CHECK(command.config.data.skip_bad);
    for (const Option& option : options()) {
        INFO(option.name);
        const std::string text = option.show(command.config);
        if (!text.empty()) {
            Config again;
            option.read(again, text, option.name);
            CHECK(option.show(again) == text);
        }
    }
}

TEST_CASE("a config file has the flags' names as keys, is strict, and flags win over it") {
    const test::Scratch scratch;
    const std::string file = scratch.path("a.json");
    const auto with = [&](const std::string& text, const std::string& flags = "") {
        test::write(file, text);
        return message("search --config " + file + flags);
    };
    test::write(file, R"({"ram": "40KiB", "flash": 4096, "epochs": 7, "skip-bad": true})");
    const Command command =
        parse_command(test::words("nanonas search --epochs 9 --config " + file));
    CHECK(command.config.budget.ram_bytes == 40960);
    CHECK(command.config.budget.flash_bytes == 4096);
    CHECK(command.config.data.skip_bad);
    CHECK(command.config.training.epochs == 9);

    CHECK_THAT(with(R"({"rma": 1})"), Contains(file + ": /rma: unknown key; did you mean ram?"));
    CHECK_THAT(with(R"({"ram": -1})"), Contains("/ram") && Contains("-1"));
    CHECK_THAT(with(R"({"ram": 65536.9})"), Contains("/ram"));
    CHECK_THAT(with(R"({"vectors": "7"})"), Contains("/vectors"));
    CHECK_THAT(with(R"({"epochs": "all"})"), Contains("/epochs") && Contains("auto"));
    CHECK_THAT(with(R"({"skip-bad": 1})"), Contains("/skip-bad"));
    CHECK_THAT(with(R"({"config": "b.json"})"), Contains("/config"));
    CHECK_THAT(
        with(R"({"ram": 40960.5})"),
        Contains(
            "/ram: expected a whole number of bytes or a size such as \"40KiB\", not 40960.5"));
    CHECK_THAT(with(R"({"ram": true})"), Contains("whole number of bytes"));
    CHECK_THAT(with(R"({"ram": 18446744073709551615})"), Contains("too large a size"));
    CHECK_THAT(with(R"({"epochs": 2.5})"),
               Contains("/epochs: expected a whole number or a word, not 2.5"));
    CHECK_THAT(with(R"({"vectors": 2.5})"), Contains("/vectors: expected a whole number, not 2.5"));
    CHECK_THAT(with(R"({"epochs": 0})"), Contains("[1, 100000]"));
    CHECK_THAT(with(R"({"epochs": 1, "epochs": 2})"), Contains("epochs"));
    CHECK_THAT(with("[1]"), Contains("object"));
    CHECK_THAT(with("{"), Contains(file) && Contains("JSON"));
    CHECK_THAT(message("search --config " + scratch.path("none.json")), Contains("none.json"));
}

TEST_CASE("a config file describes a task: every verb reads it and passes over the others' keys") {
    const test::Scratch scratch;
    const std::string file = scratch.path("a.json");
    test::write(file, R"({"ram": "40KiB", "augment": "flip", "name": "a", "arch": "3,3",
                          "device": "host", "file": "x"})");
    for (const VerbInfo& each : verbs()) {
        if (find_option("config")->belongs_to(each.verb)) {
            INFO(each.name);
            const Command command = parse_command(
                test::words(std::string("nanonas ") + each.name + " --config " + file));
            CHECK(command.named.count("augment") ==
                  (find_option("augment")->belongs_to(each.verb) ? 1U : 0U));
            CHECK(command.typed == std::set<std::string>{"config"});
        }
    }
    CHECK(message("profile --arch 3,3 --input 28x28x1 --config fashion-mnist") == "no error");
    CHECK(message("profile --arch 3,3 --config flowers-l412kb") == "no error");
    test::write(file, R"({"augment": 3})");
    CHECK_THAT(message("profile --config " + file), Contains("/augment"));
    test::write(file, R"({"epochs": 0})");
    CHECK_THAT(message("profile --config " + file), Contains("/epochs"));
    test::write(file, R"({"agment": "flip"})");
    CHECK_THAT(message("profile --config " + file),
               Contains("/agment: unknown key; did you mean augment?"));
}

TEST_CASE("a flag that would change nothing is refused, a config file's key is not") {
    CHECK_THAT(message("profile --model a --input 10x10x3"),
               Contains("--input: not together with --model"));
    CHECK_THAT(message("profile --model a --classes 9"),
               Contains("--classes: not together with --model"));
    for (const std::string flag :
         {"--data x", "--test x", "--val-split 0.5", "--skip-bad", "--cache x"}) {
        CHECK_THAT(message("search --scores sc.csv --search-only " + flag),
                   Contains(flag.substr(0, flag.find(' ')) +
                            ": not together with --scores and --search-only"));
        CHECK(message("search --scores sc.csv " + flag) == "no error");
    }
    CHECK_THAT(message("bench train --data x"),
               Contains("--data: `nanonas bench train` does not use it; it takes --input"));
    CHECK_THAT(message("bench signature --workers 2"), Contains("--workers"));
    CHECK_THAT(message("bench search --engine fast"), Contains("--engine"));
    CHECK_THAT(message("bench learning --ram 1KiB"), Contains("--ram"));
    CHECK(message("bench workers --engine fast --ram 1KiB --data x") == "no error");
    CHECK_THAT(message("bench workers --out x"), Contains("--out"));
    CHECK(message("bench scaling --scores x --strategy nanonas") == "no error");
    CHECK(message("bench train --input 50x50x3 --json --config flowers-l412kb") == "no error");

    const test::Scratch scratch;
    test::write(scratch.path("a.json"), R"({"data": "x", "input": "8x8x1", "engine": "fast"})");
    CHECK(message("bench train --config " + scratch.path("a.json")) == "no error");
    CHECK(message("profile --model a --config " + scratch.path("a.json")) == "no error");
}

TEST_CASE("a resolved config reads back as the same config") {
    const test::Scratch scratch;
    const Command command = parse_command(
        test::words("nanonas search --ram 40KiB --lr 0.003 --seed 9 --augment flip --target x"));
    const nlohmann::json resolved = config_json(command.config, Verb::kSearch);
    test::write(scratch.path("config.json"), resolved.dump());
    Config again;
    read_config_file(scratch.path("config.json"), Verb::kSearch, again);
    CHECK(config_json(again, Verb::kSearch) == resolved);
    CHECK_FALSE(resolved.contains("workers"));
    CHECK_FALSE(resolved.contains("out"));
}

TEST_CASE("the command that resumes a run is the one typed, with --out and --resume") {
    const Command plain = parse_command({"nanonas", "search", "--data", "my images", "--ram", "1"});
    CHECK(resume_command(plain, "runs/x") ==
          "nanonas search --data 'my images' --ram 1 --out runs/x --resume");
    const Command full = parse_command(test::words("nanonas search --out=a --resume"));
    CHECK(resume_command(full, "a") == "nanonas search --out=a --resume");
}

TEST_CASE("every option's help reaches each verb that takes it, and the guide names it once") {
    const std::string guide = test::read(testing::source_folder() + "/docs/guide.md");
    for (const Option& option : options()) {
        INFO(option.name);
        const std::string flag = std::string("--") + option.name;
        for (const VerbInfo& each : verbs()) {
            const bool listed = verb_help(each.verb).find("\n  " + flag + " ") != std::string::npos;
            CHECK(listed == option.belongs_to(each.verb));
        }
        const std::string row =
            "\n| `" + flag + (option.kind == Kind::kSwitch ? "" : " ") + option.value + "` |";
        const std::size_t at = guide.find(row);
        REQUIRE(at != std::string::npos);
        CHECK(guide.find(row, at + 1) == std::string::npos);
    }
}

TEST_CASE("schema prints the schema that is named, that of config files without a name") {
    const test::Scratch scratch;
    const auto printed = [&](const std::string& line) {
        return test::run(test::words(line), scratch.folder());
    };
    for (const std::string& name : schema_names()) {
        const test::Ran ran = printed("schema " + name);
        CHECK(ran.code == 0);
        CHECK(ran.out == schema_text(name));
    }
    CHECK(printed("schema").out == schema_text("search"));
    CHECK(printed("help schema").out == verb_help(Verb::kSchema));
    const test::Ran wrong = printed("schema serch");
    CHECK(wrong.code == 2);
    CHECK(wrong.out.empty());
    CHECK(wrong.err ==
          "nanonas: schema: \"serch\" is unknown; expected one of search, target, batch; did you "
          "mean "
          "search?\n");
}

TEST_CASE("the guide's table has a row for every verb") {
    const std::string guide = test::read(testing::source_folder() + "/docs/guide.md");
    for (const VerbInfo& each : verbs()) {
        CHECK_THAT(guide, Contains(std::string("\n| `") + each.name + "` | "));
    }
}

TEST_CASE("the guide's table names every space with its axes") {
    const std::string guide = test::read(testing::source_folder() + "/docs/guide.md");
    for (const std::string& name : space::space_names()) {
        const std::string row = "\n| `" + name + "` |";
        const std::size_t at = guide.find(row);
        INFO(name);
        REQUIRE(at != std::string::npos);
        const std::string line = guide.substr(at + 1, guide.find('\n', at + 1) - at);
        for (const space::Axis& axis : space::make_space(name, {})->axes()) {
            CHECK_THAT(line, Contains("`" + axis.name + "`"));
        }
    }
}

TEST_CASE("every example of the help is a command line that parses") {
    for (const VerbInfo& each : verbs()) {
        std::string text = each.examples;
        for (std::size_t end; (end = text.find('\n')) != std::string::npos;
             text = text.substr(end + 1)) {
            auto line = test::words(text.substr(0, end));
            for (std::string& word : line) {
                if (word.rfind("configs/", 0) == 0) {
                    word = testing::source_folder() + "/" + word;
                }
            }
            INFO(text.substr(0, end));
            CHECK_NOTHROW(parse_command(line));
        }
    }
}
