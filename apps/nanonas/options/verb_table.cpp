#include "apps/nanonas/options/verb_table.hpp"

namespace nanonas::app {

const std::vector<VerbInfo>& verbs() {
    static const std::vector<VerbInfo> table = {
        {Verb::kSearch, "search",
         "from images to a network that fits: search, train, quantize, export",
         "Searches the (k,c) cell space for the network with the best validation accuracy within "
         "the\n"
         "budget, trains the winner, rounds it to int8, compares both on the test images and "
         "writes\n"
         "C source. Costs are known before training: what does not fit is never trained. "
         "Everything\n"
         "goes into one run directory; a run stopped at any moment goes on with --resume.\n",
         "nanonas search --ram 40KiB --flash 128KiB\n"
         "nanonas search --data flowers/train --test flowers/test --input 50x50x3 --target "
         "nucleo-l412kb\n"
         "nanonas search --config fashion-mnist --workers 4\n"
         "nanonas search --data flowers/train --input 50x50x3 --ram 40KiB --resume\n"
         "nanonas search --scores table.csv --search-only\n"},
        {Verb::kBatch, "batch",
         "many searches, or trainings, from one plan, side by side, resumable",
         "PLAN is a YAML file with a base config, defaults and a matrix of options; or config "
         "files, "
         "one\n"
         "search each. AXIS=VALUES puts other values in the place of an axis's. Each run has a "
         "folder\n"
         "named by what varies; data are read once, and a candidate that one run trained is not\n"
         "trained again for another that would give the same bits. Given again, the command does "
         "what\n"
         "is missing. results.csv, results.json and junit.xml tell of all. With `verb: train` the "
         "plan\n"
         "is one of trainings, of networks that arch names.\n"
         "Exit code 0: all done, or nothing fits; 1: a run failed; 2: the plan is bad.\n",
         "nanonas batch boards --dry-run\n"
         "nanonas batch plan.yaml seed=1,2,3 target=rp2040 --workers 4\n"
         "nanonas batch plan.yaml --workers 0 --workers-from ssh:hostA*8,hostB*8\n"
         "nanonas batch configs/searches/fashion-mnist.json configs/searches/flowers-l412kb.json\n"
         "nanonas batch plan.yaml --index 3\n"
         "nanonas batch plan.yaml --emit slurm\n"},
        {Verb::kTrain, "train", "train one (k,c) network, quantize and export it",
         "The same products as search, for a network you name with --arch.\n",
         "nanonas train --arch 8,3 --data flowers/train --test flowers/test --input 50x50x3\n"
         "nanonas train --arch 8,2 --epochs 20 --schedule cosine --augment shift=2\n"},
        {Verb::kQuantize, "quantize", "round a trained model to int8 and write its C source",
         "Reads float weights, calibrates on training images, compares float and int8 on the test\n"
         "images, and writes the model with its int8 ranges and the C source into --out.\n",
         "nanonas quantize --model runs/flowers-stm32l412kb --data flowers/train --test "
         "flowers/test --out int8\n"},
        {Verb::kEvaluate, "evaluate", "float and int8 accuracy of a model on labelled images",
         "Accuracy of both networks, how often they agree, the error of each layer, and the\n"
         "confusion table. The int8 network is rebuilt exactly from the ranges in the model "
         "file.\n"
         "A run's model is held against the run's target and bounds, on the run's test images "
         "(or those\n"
         "it kept for validation), unless the command names others.\n",
         "nanonas evaluate --model runs/flowers-stm32l412kb --test flowers/test\n"
         "nanonas evaluate --model model.safetensors --test flowers/test --json\n"},
        {Verb::kPredict, "predict", "what a model says of pictures, a line each",
         "MODEL is a run directory, a model file, or a .tflite or .onnx; then pictures, or folders "
         "of\n"
         "pictures at any depth. Each is turned upright as its camera noted (EXIF), brought to the "
         "size\n"
         "that the network reads and told with its class and probability; --json and --csv tell "
         "those of\n"
         "all classes. What is no picture is told in its line.\n"
         "Exit code 1: one of the files is no picture.\n",
         "nanonas predict runs/flowers-stm32l412kb photo.jpg\n"
         "nanonas predict runs/flowers-stm32l412kb photos --csv > photos.csv\n"
         "nanonas predict model.tflite photos --json\n"
         "nanonas predict runs/flowers-stm32l412kb photos --form c\n"},
        {Verb::kExport, "export", "write a trained model as C, packaged C or another format",
         "Writes the network of a model file or run directory in another format. Nothing is\n"
         "written over. Formats with C are compiled here and compared with the integer reference\n"
         "byte for byte; their vectors are noise unless --test names images.\n",
         "nanonas export --model runs/flowers-stm32l412kb --format c --name flowers --out "
         "src/model\n"},
        {Verb::kProfile, "profile", "what a network costs, per layer and in total; needs no data",
         "RAM, flash and MACC of a (k,c) network or a model file, known before any training, held\n"
         "against a budget when one is given, or against that of the run the model is from.\n",
         "nanonas profile --arch 6,4 --input 50x50x3 --classes 2\n"
         "nanonas profile --arch 6,4 --input 50x50x3 --runtime all --target nucleo-l412kb\n"
         "nanonas profile --model runs/flowers-stm32l412kb\n"},
        {Verb::kValidate, "validate",
         "compare the C export with the integer reference, here and on emulated cores",
         "Runs the C that a run shipped (or the export of a model file) on this computer and, "
         "cross-\n"
         "compiled, on an emulated core, through both entry points, and compares every output "
         "byte\n"
         "with the integer reference. Of the core it tells instructions per inference and layer, "
         "stack\n"
         "and the linker's RAM and flash beside the cost model's. RUN is a run directory, a model "
         "file\n"
         "or an int8 .tflite whose layers the C has.\n"
         "Exit code 1: a byte differs, or the export does not compile or run. 2: tools are "
         "missing, or\n"
         "the .tflite cannot be written as C.\n",
         "nanonas validate runs/flowers-stm32l412kb\n"
         "nanonas validate runs/flowers-stm32l412kb --device all --images 1000\n"
         "nanonas validate model.safetensors --device cortex-m0plus --json\n"
         "nanonas validate x.tflite --device cortex-m4 --test IMAGES\n"},
        {Verb::kReport, "report", "a page of a run, or of several beside each other",
         "RUN is the directory of a finished run, or of a batch for the finished ones in it. The\n"
         "page is one file that needs nothing else: verdict, candidates, trade-offs, learning\n"
         "curves, the network, int8, what it gets wrong, how to do it again. Every run writes its\n"
         "own, report.html, when it ends. Images are read again from where the run had them.\n",
         "nanonas report runs/flowers-stm32l412kb\n"
         "nanonas report runs/one runs/two --out compared.html\n"
         "nanonas report runs/flowers --out private.html --report-images 0\n"},
        {Verb::kTrack, "track", "put runs into MLflow, Weights & Biases, Trackio or Optuna",
         "RUN is the directory of a run, or of a batch for all that are in it, finished or not.\n"
         "Candidates become nested runs or trials with their curves, costs and scores; options,\n"
         "accuracies and files belong to the whole. Given again it adds what is new; nothing is\n"
         "there twice. It is done by Python's package nanonas and the tracker's own.\n",
         "nanonas track runs/flowers-stm32l412kb --to mlflow --uri sqlite:///mlflow.db\n"
         "nanonas track runs/flowers --to optuna --uri sqlite:///optuna.db\n"
         "nanonas track runs/* --to wandb --experiment flowers\n"},
        {Verb::kTargets, "targets", "list the boards and parts this program knows",
         "Each target with its RAM, flash and MACC bound (CoreMark x 10,000), or the check of a\n"
         "target file of your own, which --target then takes like a shipped one.\n",
         "nanonas targets\n"
         "nanonas targets --file my-board.json\n"},
        {Verb::kSchema, "schema", "print the JSON Schema of config, target or batch files",
         "What editors and validators check such a file with: keys, types, ranges, names and what "
         "they\n"
         "mean. A file says which with \"$schema\"; the key changes nothing.\n"
         "  search  what --config reads (the default)\n"
         "  target  what --target and `nanonas targets --file` read\n"
         "  batch   what `nanonas batch` reads\n",
         "nanonas schema\n"
         "nanonas schema target\n"},
        {Verb::kWorker, "worker", "train candidates for a search that runs elsewhere",
         "What --workers-from of search and batch starts on another machine, or beside it: it is "
         "asked on\n"
         "standard input and answers on standard output, JSON objects line by line, until the "
         "input\n"
         "ends (docs/workers.md). Images that it does not have where the search says are sent to "
         "it\n"
         "once and kept in its cache.\n",
         "nanonas search --data flowers/train --workers-from ssh:hostA*8,hostB*8\n"
         "nanonas search --data flowers/train --workers 0 --workers-from ray:auto\n"},
        {Verb::kBench, "bench", "measure this build",
         "  signature  one hash over what fixed searches propose and price; it changes only when "
         "the\n"
         "             behaviour of the search does\n"
         "  train      the engines side by side on a grid of networks: samples per second, "
         "ratio,\n"
         "             share of the core's multiply-add peak\n"
         "  search     the whole search with each engine\n"
         "  workers    the whole search with one worker and with all in turn, and what the "
         "machine\n"
         "             gives to as many searches at the same time\n"
         "  scaling    the search with 2 to 256 workers in simulated time, on the trainings' own "
         "times:\n"
         "             those of --scores, a table with a column seconds, or recorded first, in "
         "--out\n"
         "  learning   accuracies the engines reach from the same five seeds\n",
         "nanonas bench signature\n"
         "nanonas bench train --input 50x50x3 --json\n"
         "nanonas bench search --ram 40KiB --flash 128KiB\n"
         "nanonas bench scaling --data flowers/train --input 50x50x3 --target stm32l412kb --out "
         "times\n"},
    };
    return table;
}

const VerbInfo& info(Verb verb) {
    for (const VerbInfo& each : verbs()) {
        if (each.verb == verb) {
            return each;
        }
    }
    return verbs().front();
}

std::string word_of(Verb verb) {
    return verb == Verb::kBench      ? "WHAT"
           : verb == Verb::kBatch    ? "PLAN [AXIS=VALUES ...]"
           : verb == Verb::kPredict  ? "MODEL FILE|FOLDER [FILE|FOLDER ...]"
           : verb == Verb::kReport   ? "RUN [RUN ...]"
           : verb == Verb::kTrack    ? "RUN [RUN ...]"
           : verb == Verb::kValidate ? "RUN"
           : verb == Verb::kSchema   ? "NAME"
                                     : "";
}

}  // namespace nanonas::app
