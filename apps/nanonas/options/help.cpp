#include "apps/nanonas/options/help.hpp"

#include <sstream>

#include "apps/nanonas/options/verb_table.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/formats.hpp"
#include "apps/pipeline/version.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kHelpColumn = 28;

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string option_lines(const Option& option) {
    std::string flag = std::string("  --") + option.name;
    if (option.kind != Kind::kSwitch) {
        flag += std::string(" ") + option.value;
    }
    std::string help = option.help;
    if (option.alias != nullptr) {
        help += "; --" + std::string(option.alias) + " is the same";
    }
    const std::string preset = option.show(Config{});
    if (option.kind != Kind::kSwitch && !preset.empty()) {
        help += " [" + preset + "]";
    }
    return padded(flag, kHelpColumn - 1) + " " + wrapped(help, kHelpColumn, kWidth) + "\n";
}

std::string format_lines() {
    std::string text = "\nFormats\n";
    for (const std::string& name : format_names()) {
        const auto writer = make_writer(name);
        std::string about = writer->description();
        const auto add = [&about](const char* option, const auto& values) {
            std::string list;
            for (const auto value : values) {
                list += (list.empty() ? "" : "|") + to_string(value);
            }
            about += list.empty() ? "" : std::string("; ") + option + " " + list;
        };
        add("--io", writer->io_types());
        add("--precision", writer->precisions());
        text +=
            padded("  " + name, kHelpColumn - 1) + " " + wrapped(about, kHelpColumn, kWidth) + "\n";
    }
    return text;
}

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 no network fits the budget,\n"
    "130 interrupted (Ctrl-C).\n";

}  // namespace

std::string version_text() {
    return "nanonas " + version();
}

std::string general_help() {
    std::string text = version_text() +
                       ": finds, trains, quantizes and exports the best small CNN for a "
                       "microcontroller,\non an ordinary CPU.\n\nUsage: nanonas VERB [options]\n\n";
    for (const VerbInfo& each : verbs()) {
        text += "  " + padded(each.name, 10) + each.summary + "\n";
    }
    text +=
        "\n`nanonas VERB --help` explains a verb and its options; `nanonas --version` prints the "
        "version.\n\nA first run, on Fashion-MNIST and for a part with 40 KiB of RAM and 128 KiB "
        "of flash:\n\n    nanonas search --ram 40KiB --flash 128KiB\n\nOn a folder of images of "
        "your own, one sub-folder per class:\n\n    nanonas search --data images --input 50x50x3 "
        "--target nucleo-l412kb\n\n";
    return text + kExitCodes;
}

std::string verb_help(Verb verb) {
    const VerbInfo& about = info(verb);
    std::string text = std::string("nanonas ") + about.name + ": " + about.summary + "\n\n" +
                       "Usage: nanonas " + about.name +
                       (verb == Verb::kSchema   ? " [" + word_of(verb) + "]"
                        : word_of(verb).empty() ? " [options]"
                                                : " " + word_of(verb) + " [options]") +
                       "\n\n" + about.about;
    for (const Group group :
         {Group::kData, Group::kBudget, Group::kSearch, Group::kTraining, Group::kOutput}) {
        std::string lines;
        for (const Option& option : options()) {
            if (option.group == group && option.belongs_to(verb)) {
                lines += option_lines(option);
            }
        }
        if (!lines.empty()) {
            text += std::string("\n") + group_title(group) + "\n" + lines;
        }
    }
    if (verb == Verb::kExport) {
        text += format_lines();
    }
    text += "\nExamples\n";
    std::istringstream examples(about.examples);
    for (std::string line; std::getline(examples, line);) {
        text += "  " + line + "\n";
    }
    return text + "\n" + kExitCodes;
}

}  // namespace nanonas::app
