// A program at the other end of three pipes.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace nanonas::pipeline {

/// Started at once, in a process group of its own; killed with all that is in it, and waited for,
/// at the latest by the destructor. Linux also kills it when the thread that started it ends.
///
/// SIGPIPE must be blocked in the thread that writes.
class Child {
  public:
    /// Throws IoError when there is no such program or it cannot be started.
    explicit Child(const std::vector<std::string>& words);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // For poll(); -1 once closed.
    int input() const { return input_; }
    int output() const { return output_; }
    int errors() const { return errors_; }

    /// How many of the bytes went; -1 when it reads no more.
    ssize_t write(std::string_view bytes);
    /// What has come since; `open` becomes false at the end.
    std::string read_output(bool& open) { return read(output_, open); }
    std::string read_errors(bool& open) { return read(errors_, open); }
    void close_input();

    bool ended() const;
    /// With all that it started and that is still there; waits for it.
    void kill();
    // After kill(), of one that had ended before:
    std::string ending() const;   ///< "exit code 3", "signal 9"
    bool was_no_command() const;  ///< as shells say so

  private:
    std::string read(int& file, bool& open);

    int input_ = -1, output_ = -1, errors_ = -1;
    pid_t process_ = -1;
    bool reaped_ = false;
    int status_ = 0;
};

}  // namespace nanonas::pipeline
