#include "apps/pipeline/batch/yaml_reader.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include <set>
#include <sstream>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

const char* kind_of(const YAML::Node& node) {
    return node.IsMap() ? "a mapping" : node.IsSequence() ? "a list" : "one value";
}

/// Hears of everything and keeps nothing.
struct Unheard final : YAML::EventHandler {
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// 0, 1, or 2 for more: yaml-cpp finds documents without end behind a stray bracket, which
/// YAML::LoadAll would all load.
int count_documents(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Unheard handler;
    int count = 0;
    while (count < 2 && parser.HandleNextDocument(handler)) {
        ++count;
    }
    return count;
}

}  // namespace

YamlReader::YamlReader(const YAML::Node& node, std::string file, std::string pointer, int line)
    : node_(node), file_(std::move(file)), pointer_(std::move(pointer)), line_(line) {
    // Of an alias it is the line of its anchor, of an empty value that of nothing.
    if (!node_.IsNull() && node_.Mark().line >= 0) {
        line_ = node_.Mark().line + 1;
    }
}

YamlReader YamlReader::parse(const std::string& text, const std::string& file) {
    if (!is_utf8(text)) {
        throw ConfigError(file + ": not valid YAML (bytes that are no UTF-8)");
    }
    try {
        const int documents = count_documents(text);
        if (documents == 0) {
            throw ConfigError(file + ": is empty");
        }
        if (documents > 1) {
            throw ConfigError(file +
                              ": more than one YAML document (a line ---, or a bracket too many)");
        }
        return YamlReader(YAML::Load(text), file, "", 1);
    } catch (const YAML::DeepRecursion&) {
        throw ConfigError(file + ": not valid YAML (nested too deeply)");
    } catch (const YAML::Exception& error) {
        const std::string place = error.mark.is_null()
                                      ? std::string()
                                      : ":" + std::to_string(error.mark.line + 1) + ":" +
                                            std::to_string(error.mark.column + 1);
        throw ConfigError(file + place + ": not valid YAML (" + error.msg + ")");
    }
}

std::string YamlReader::where() const {
    return file_ + ":" + std::to_string(line_) + (pointer_.empty() ? "" : ": " + pointer_);
}

void YamlReader::fail(const std::string& why) const {
    throw ConfigError(where() + ": " + why);
}

std::vector<std::pair<std::string, YamlReader>> YamlReader::entries() const {
    if (!node_.IsMap()) {
        fail(node_.IsNull() ? "has no value, expected a mapping"
                            : std::string("is ") + kind_of(node_) + ", expected a mapping");
    }
    std::vector<std::pair<std::string, YamlReader>> found;
    std::set<std::string> names;
    for (const auto& entry : node_) {
        if (!entry.first.IsScalar()) {
            fail("has a key that is no text");
        }
        const std::string key = entry.first.Scalar();
        YamlReader value(entry.second, file_, pointer_ + "/" + key, entry.first.Mark().line + 1);
        if (!names.insert(key).second) {
            value.fail("stands twice");
        }
        found.emplace_back(key, std::move(value));
    }
    return found;
}

std::vector<YamlReader> YamlReader::items() const {
    if (!node_.IsSequence()) {
        fail(node_.IsNull() ? "has no value, expected a list"
                            : std::string("is ") + kind_of(node_) + ", expected a list");
    }
    std::vector<YamlReader> found;
    for (const YAML::Node& item : node_) {
        found.push_back(
            YamlReader(item, file_, pointer_ + "/" + std::to_string(found.size()), line_));
    }
    return found;
}

std::string YamlReader::text() const {
    if (!node_.IsScalar()) {
        fail(node_.IsNull() ? "has no value"
                            : std::string("is ") + kind_of(node_) + ", expected one value");
    }
    return node_.Scalar();
}

}  // namespace nanonas::pipeline
