#include "apps/pipeline/batch/submission.hpp"

#include "space/choice.hpp"
#include "space/printable.hpp"

namespace nanonas::pipeline {

namespace {

/// What every job has in common.
struct Jobs {
    std::string name;
    std::size_t count = 0;
    int threads = 1;
    std::string arguments;  ///< of `nanonas`, quoted for a shell, without --index
    std::vector<std::string> words;
};

/// A YAML scalar that stays what it is.
std::string yaml_quoted(const std::string& word) {
    std::string text = "'";
    for (const char letter : word) {
        text += letter == '\'' ? std::string("''") : std::string(1, letter);
    }
    return text + "'";
}

/// Letters, digits and hyphens, as names of jobs and of Kubernetes objects (RFC 1123) are.
std::string job_name(const std::string& name) {
    std::string text;
    for (char letter : name) {
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        if (plain || (!text.empty() && text.back() != '-')) {
            text += plain ? letter : '-';
        }
    }
    text = text.substr(0, 40);
    while (!text.empty() && text.back() == '-') {
        text.pop_back();
    }
    return "nanonas" + (text.empty() ? "" : "-" + text);
}

std::string slurm(const Jobs& jobs) {
    return "#!/bin/bash\n"
           "# sbatch THIS_FILE, in the folder that the paths of the plan are relative to\n"
           "#SBATCH --job-name=" +
           jobs.name + "\n#SBATCH --array=0-" + std::to_string(jobs.count - 1) +
           "\n#SBATCH --cpus-per-task=" + std::to_string(jobs.threads) +
           "\n#SBATCH --requeue\n"
           "exec nanonas " +
           jobs.arguments +
           " --quiet --workers \"$SLURM_CPUS_PER_TASK\" --index \"$SLURM_ARRAY_TASK_ID\"\n";
}

std::string kubernetes(const Jobs& jobs) {
    const std::string threads = std::to_string(jobs.threads);
    std::string words;
    for (const std::string& word : jobs.words) {
        words += ", " + yaml_quoted(word);
    }
    return "# kubectl apply -f THIS_FILE, with an image and a volume of your own\n"
           "apiVersion: batch/v1\n"
           "kind: Job\n"
           "metadata:\n"
           "  name: " +
           jobs.name +
           "\n"
           "spec:\n"
           "  completionMode: Indexed\n"
           "  completions: " +
           std::to_string(jobs.count) + "\n  parallelism: " + std::to_string(jobs.count) +
           "\n"
           "  backoffLimitPerIndex: 3\n"
           "  podFailurePolicy:\n"
           "    rules:\n"
           "      - action: FailIndex  # bad input stays bad\n"
           "        onExitCodes: {containerName: nanonas, operator: In, values: [2]}\n"
           "  template:\n"
           "    spec:\n"
           "      restartPolicy: Never\n"
           "      containers:\n"
           "        - name: nanonas\n"
           "          image: IMAGE  # holds nanonas\n"
           "          workingDir: /work  # the plan, its data and the results\n"
           "          command: [nanonas" +
           words + ", --quiet, --workers, '" + threads +
           "', --index, '$(JOB_COMPLETION_INDEX)']\n"
           "          resources: {requests: {cpu: '" +
           threads + "'}, limits: {cpu: '" + threads +
           "'}}\n"
           "          volumeMounts: [{name: work, mountPath: /work}]\n"
           "      volumes:\n"
           "        - name: work\n"
           "          persistentVolumeClaim: {claimName: CLAIM}  # ReadWriteMany\n";
}

std::string parallel(const Jobs& jobs) {
    return "# GNU parallel; --sshlogin HOSTS where the folder is shared\n"
           "seq 0 " +
           std::to_string(jobs.count - 1) +
           " | parallel --jobs 1 --line-buffer --workdir . nanonas " +
           shell_quoted(jobs.arguments + " --quiet --workers " + std::to_string(jobs.threads)) +
           " --index {}\n";
}

struct Row {
    const char* name;
    std::string (*text)(const Jobs&);
};

constexpr Row kSystems[] = {{"slurm", slurm}, {"kubernetes", kubernetes}, {"parallel", parallel}};

}  // namespace

std::string submission_text(const std::string& system, const BatchPlan& plan,
                            const BatchPlace& place, const std::vector<std::string>& words,
                            int threads) {
    Jobs jobs;
    jobs.name = job_name(plan.name);
    jobs.count = expand(plan).size();
    jobs.threads = threads;
    jobs.words = {"batch"};
    jobs.words.insert(jobs.words.end(), words.begin(), words.end());
    jobs.words.insert(jobs.words.end(), {"--out", batch_directory(plan, place)});
    if (!place.tensorboard.empty()) {
        jobs.words.insert(jobs.words.end(), {"--tensorboard", place.tensorboard});
    }
    if (place.report_images != kReportImages) {
        jobs.words.insert(jobs.words.end(),
                          {"--report-images", std::to_string(place.report_images)});
    }
    for (const std::string& word : jobs.words) {
        jobs.arguments += (jobs.arguments.empty() ? "" : " ") + shell_quoted(word);
    }
    return choose(kSystems, system, "--emit: \"" + system + "\" is unknown; expected one of ")
        .text(jobs);
}

}  // namespace nanonas::pipeline
