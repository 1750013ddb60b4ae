// Other programs started without a shell, in a program of many threads.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace nanonas::device {

/// What a child is to become. Prepared before the fork: after it, in a program of many threads, a
/// child may make system calls only.
class Launch {
  public:
    /// Which signals the child ignores and blocks: those that this program does, or none.
    enum class Signals { kAsHere, kNone };

    /// `words`: the program, a path or a name on PATH, and its arguments; they must outlive this.
    Launch(const std::vector<std::string>& words, Signals signals);
    virtual ~Launch() = default;
    Launch(const Launch&) = delete;
    Launch& operator=(const Launch&) = delete;

    /// There is such a program.
    bool found() const { return !program_.empty(); }

    /// The child's process number, in a process group of its own; -1 when it could not be started,
    /// `why` says in errno's numbers. Linux kills it when the thread that started it ends.
    pid_t run(int& why) const;

  protected:
    /// In the child: system calls only. False when it cannot, errno says why.
    virtual bool prepare() const = 0;

  private:
    void become(pid_t parent, const sigset_t& blocked) const;

    std::string program_;
    std::vector<char*> arguments_;
    Signals signals_;
};

/// Waits for the child; its status as waitpid() gives it.
int wait_for_end(pid_t child);

/// Kills the child with its group and waits for it.
int end_child(pid_t child);

}  // namespace nanonas::device
