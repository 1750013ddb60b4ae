// A pickle (Python's serialization, protocol 2) as plain values: the part of it that torch.save and
// torch.jit.save write. Python's classes and functions are words here: none is looked up, made or
// called, whatever the bytes say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nanonas::exporting {

/// Values name each other by index, so that shared, nested and circular ones are all the same.
class Pickle {
  public:
    using Index = std::size_t;

    struct None {};
    struct Global {  ///< a class or function: "collections", "OrderedDict"
        std::string module, name;
    };
    struct Sequence {  ///< a tuple or list
        std::vector<Index> items;
    };
    struct Dict {  ///< an OrderedDict too
        std::vector<std::pair<Index, Index>> items;
    };
    struct Call {  ///< function(*arguments), as the pickle asks for it
        Index function, arguments;
    };
    struct Object {  ///< an instance of a class and what it is to be filled with
        Index type, state;
    };
    struct Persistent {  ///< what is kept outside of the pickle
        Index id;
    };
    using Value = std::variant<None, bool, std::int64_t, double, std::string, Global, Sequence,
                               Dict, Call, Object, Persistent>;

    /// Throws ExportError "source: a pickle ... (what is wrong)".
    static Pickle read(std::string_view bytes, const std::string& source);

    const Value& operator[](Index index) const { return values_[index]; }
    Index root() const { return root_; }
    /// Null when the value is of another kind.
    template <typename Kind>
    const Kind* get(Index index) const {
        return std::get_if<Kind>(&values_[index]);
    }
    bool is_global(Index index, std::string_view module, std::string_view name) const;

  private:
    friend class PickleReader;
    std::vector<Value> values_;
    Index root_ = 0;
};

}  // namespace nanonas::exporting
