// Strict reading of YAML: every key known, every message with file, line and pointer. The text of a
// scalar is all that counts: what it means its option says, not YAML.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <utility>
#include <vector>

namespace nanonas::pipeline {

/// One value inside a file. Throws ConfigError "plan.yaml:7: /matrix/seed: ...".
class YamlReader {
  public:
    /// The one document of the text. Throws ConfigError "plan.yaml:3:5: not valid YAML (...)".
    static YamlReader parse(const std::string& text, const std::string& file);

    /// Of a mapping, in the order of the file.
    std::vector<std::pair<std::string, YamlReader>> entries() const;
    /// Of a sequence.
    std::vector<YamlReader> items() const;
    std::string text() const;
    bool is_sequence() const { return node_.IsSequence(); }
    bool is_mapping() const { return node_.IsMap(); }

    /// "plan.yaml:7: /matrix/seed"
    std::string where() const;
    [[noreturn]] void fail(const std::string& why) const;

  private:
    YamlReader(const YAML::Node& node, std::string file, std::string pointer, int line);

    YAML::Node node_;
    std::string file_, pointer_;
    int line_;  ///< from 1
};

}  // namespace nanonas::pipeline
