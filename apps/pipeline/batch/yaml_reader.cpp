#include "apps/pipeline/batch/yaml_reader.hpp"

#include <set>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

const char* kind_of(const YAML::Node& node) {
    return node.IsMap() ? "a mapping" : node.IsSequence() ? "a list" : "one value";
}

}  // namespace

YamlReader::YamlReader(YAML::Node node, std::string file, std::string pointer, int line)
    : node_(std::move(node)), file_(std::move(file)), pointer_(std::move(pointer)), line_(line) {
    // Of an alias it is the line of its anchor, of an empty value that of nothing.
    if (!node_.IsNull() && node_.Mark().line >= 0) {
        line_ = node_.Mark().line + 1;
    }
}

YamlReader YamlReader::parse(const std::string& text, const std::string& file) {
    if (!is_utf8(text)) {
        throw ConfigError(file + ": not valid YAML (bytes that are no UTF-8)");
    }
    std::vector<YAML::Node> documents;
    try {
        documents = YAML::LoadAll(text);
    } catch (const YAML::Exception& error) {
        const std::string place = error.mark.is_null()
                                      ? std::string()
                                      : ":" + std::to_string(error.mark.line + 1) + ":" +
                                            std::to_string(error.mark.column + 1);
        throw ConfigError(file + place + ": not valid YAML (" + error.msg + ")");
    }
    if (documents.empty()) {
        throw ConfigError(file + ": is empty");
    }
    if (documents.size() > 1) {
        throw ConfigError(file + ": holds " + std::to_string(documents.size()) +
                          " YAML documents, expected one");
    }
    return YamlReader(documents.front(), file, "", 1);
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
