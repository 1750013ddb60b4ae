#include "apps/nanonas/options/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>

#include "apps/nanonas/options/help.hpp"
#include "apps/nanonas/options/refusals.hpp"
#include "apps/nanonas/options/verb_table.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

std::vector<std::string> option_names(Verb verb) {
    std::vector<std::string> names;
    for (const Option& option : options()) {
        if (option.belongs_to(verb)) {
            names.emplace_back(option.name);
        }
    }
    return names;
}

std::string belongs_elsewhere(const std::string& name, Verb verb) {
    const Option* option = find_option(name);
    if (option == nullptr || option->belongs_to(verb)) {
        return "";
    }
    std::string text = std::string("; `nanonas ") + info(verb).name + "` does not take it, ";
    for (const Verb each : option->verbs) {
        text += std::string(each == option->verbs.front() ? "" : ", ") + info(each).name;
    }
    return text + (option->verbs.size() == 1 ? " does" : " do");
}

[[noreturn]] void reject_word(const std::string& word, Verb verb) {
    const std::string where = std::string("nanonas ") + info(verb).name;
    if (word.rfind('-', 0) != 0) {
        const std::string one = word_of(verb);
        throw ConfigError(word + ": unexpected word; " + where + " takes " +
                          (one.empty() ? "options only" : "one " + one + " only") + " (see `" +
                          where + " --help`)");
    }
    const std::string flag = word.substr(0, word.find('='));
    const std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
    std::string hint = belongs_elsewhere(name, verb);
    if (hint.empty()) {
        std::vector<std::string> known = option_names(verb);
        known.emplace_back("help");
        hint = did_you_mean(name, known, "--");
    }
    throw ConfigError(flag + ": unknown option" +
                      (hint.empty() ? "; see `" + where + " --help`" : hint));
}

Verb find_verb(const std::string& word) {
    if (const VerbInfo* const verb = find_named(verbs(), word)) {
        return verb->verb;
    }
    const std::string hint = did_you_mean(word, names_of(verbs()));
    throw ConfigError(word + ": unknown verb" + (hint.empty() ? "; see `nanonas --help`" : hint));
}

bool takes_operands(Verb verb) {
    return verb == Verb::kBatch || verb == Verb::kTrack || verb == Verb::kPredict ||
           verb == Verb::kReport;
}

void require_operands(const Command& command) {
    if (command.operands.empty()) {
        throw ConfigError(
            command.verb == Verb::kBatch ? "no plan: name a file, such as `nanonas batch plan.yaml`"
            : command.verb == Verb::kTrack ? "no run: name its directory, such as `nanonas track "
                                             "runs/flowers --to mlflow`"
            : command.verb == Verb::kReport
                ? "no run: name its directory, such as `nanonas report runs/flowers`"
                : "no model: name its run or file, then pictures, such as `nanonas "
                  "predict runs/flowers photo.jpg`");
    }
    if (command.verb == Verb::kPredict && command.operands.size() < 2) {
        throw ConfigError(
            "no pictures: name files or folders behind the model, such as `nanonas "
            "predict " +
            command.operands.front() + " photo.jpg`");
    }
}

/// `--resume DIR`: the run's own options, under those that the command names.
void take_run(const std::string& run, std::map<std::string, std::string>& texts) {
    for (const char* other : {"out", "config"}) {
        if (texts.count(other) > 0) {
            throw ConfigError(std::string("--") + other + ": --resume " + run +
                              " names the run already; give one of them");
        }
    }
    const std::string config = (std::filesystem::path(run) / "config.json").string();
    std::error_code error;
    if (!std::filesystem::exists(config, error)) {
        throw ConfigError("--resume: " + run + " holds no run to go on with");
    }
    texts["config"] = config;
    texts["out"] = run;
}

bool is_help(const std::string& word) {
    return word == "--help" || word == "-h";
}

}  // namespace

Command parse_command(const std::vector<std::string>& words) {
    Command command;
    command.words = words;
    if (words.size() < 2 || is_help(words[1]) || words[1] == "help") {
        command.text = words.size() > 2 && words[1] == "help" ? verb_help(find_verb(words[2]))
                                                              : general_help();
        return command;
    }
    if (words[1] == "--version") {
        command.text = version_text() + "\n";
        return command;
    }
    if (words[1].rfind('-', 0) == 0) {
        throw ConfigError(words[1] + ": the verb comes first, such as `nanonas search " + words[1] +
                          "`; see `nanonas --help`");
    }
    command.verb = find_verb(words[1]);
    if (std::any_of(words.begin() + 2, words.end(), is_help)) {
        command.text = verb_help(command.verb);
        return command;
    }

    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    std::deque<std::string> values;
    std::vector<std::pair<const Option*, CLI::Option*>> flags;
    for (const Option& option : options()) {
        if (!option.belongs_to(command.verb)) {
            continue;
        }
        const std::string flag = std::string("--") + option.name +
                                 (option.alias == nullptr ? "" : std::string(",--") + option.alias);
        values.emplace_back();
        CLI::Option* added = option.kind == Kind::kSwitch ? app.add_flag(flag, values.back())
                                                          : app.add_option(flag, values.back());
        if (option.repeatable) {
            added->multi_option_policy(CLI::MultiOptionPolicy::Join);  // a line each
        }
        flags.emplace_back(&option, added);
    }
    std::vector<std::string> arguments(words.rbegin(), words.rend() - 2);
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        for (const auto& [option, flag] : flags) {
            const std::string name = std::string("--") + option->name;
            if (std::string(error.what()).rfind(name + ":", 0) == 0) {
                const auto given = std::count(words.begin(), words.end(), name);
                throw ConfigError(
                    name + (given > 1 ? ": given more than once"
                                      : std::string(": needs a value (") + option->value + ")"));
            }
        }
        throw ConfigError(error.what());
    }
    std::string run;
    std::vector<std::string> extras = app.remaining();
    if (takes_operands(command.verb)) {
        const auto flag =
            std::stable_partition(extras.begin(), extras.end(),
                                  [](const std::string& word) { return word.rfind('-', 0) != 0; });
        command.operands.assign(extras.begin(), flag);
        extras.erase(extras.begin(), flag);
        require_operands(command);
        if (command.verb == Verb::kPredict) {
            run = command.operands.front();
            command.operands.erase(command.operands.begin());
        }
    } else if (!word_of(command.verb).empty() && !extras.empty() && extras[0].rfind('-', 0) != 0) {
        (command.verb == Verb::kValidate ? run : command.what) = extras[0];
        extras.erase(extras.begin());
    }
    const bool resumes = std::find(words.begin(), words.end(), "--resume") != words.end();
    if (resumes && extras.size() == 1 && extras[0].rfind('-', 0) != 0) {
        command.resumed = extras[0];
        extras.clear();
    }
    if (!extras.empty()) {
        reject_word(extras.front(), command.verb);
    }

    std::map<std::string, std::string> texts;
    std::size_t index = 0;
    for (const auto& [option, flag] : flags) {
        if (flag->count() > 0) {
            texts[option->name] = values[index];
        }
        ++index;
    }
    if (!command.resumed.empty()) {
        take_run(command.resumed, texts);
    }
    read_options(texts, command);
    if (!run.empty()) {
        if (!command.config.output.model.empty()) {
            throw ConfigError(run + ": --model names the model already; give one of them");
        }
        command.config.output.model = run;
    }
    refuse_unused(command);
    return command;
}

std::string resume_command(const Command& command, const std::string& run_directory) {
    std::string text = shell_quoted(command.words[0]);
    bool has_out = !command.resumed.empty();
    bool has_resume = false;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string& word = command.words[i];
        has_out = has_out || word == "--out" || word.rfind("--out=", 0) == 0;
        has_resume = has_resume || word == "--resume";
        text += " " + shell_quoted(word);
    }
    if (takes_operands(command.verb)) {
        return text;
    }
    if (!has_out) {
        text += " --out " + shell_quoted(run_directory);
    }
    return text + (has_resume ? "" : " --resume");
}

}  // namespace nanonas::app
