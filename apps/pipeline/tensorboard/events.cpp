#include "apps/pipeline/tensorboard/events.hpp"

#include "apps/pipeline/tensorboard/events.pb.h"

namespace nanonas::tensorboard {

namespace {

std::string event_of(const SummaryValue& value) {
    Event event;
    *event.mutable_summary()->add_value() = value;
    return event.SerializeAsString();
}

std::string hparams_event(const char* tag, HParamsPluginData data) {
    data.set_version(0);
    SummaryValue value;
    value.set_tag(tag);
    PluginData* plugin = value.mutable_metadata()->mutable_plugin_data();
    plugin->set_plugin_name("hparams");
    plugin->set_content(data.SerializeAsString());
    return event_of(value);
}

}  // namespace

std::string version_event() {
    Event event;
    event.set_file_version("brain.Event:2");
    return event.SerializeAsString();
}

std::string scalars_event(std::int64_t step, const std::vector<Scalar>& scalars) {
    if (scalars.empty()) {
        return "";
    }
    Event event;
    event.set_step(step);
    for (const Scalar& scalar : scalars) {
        SummaryValue* value = event.mutable_summary()->add_value();
        value->set_tag(scalar.tag);
        value->set_simple_value(static_cast<float>(scalar.value));
    }
    return event.SerializeAsString();
}

std::string text_event(const std::string& tag, const std::string& markdown) {
    SummaryValue value;
    value.set_tag(tag);
    value.mutable_metadata()->mutable_plugin_data()->set_plugin_name("text");
    Tensor* tensor = value.mutable_tensor();
    tensor->set_dtype(Tensor::DT_STRING);
    tensor->mutable_tensor_shape();
    tensor->add_string_val(markdown);
    return event_of(value);
}

std::string experiment_event(const std::vector<std::pair<std::string, bool>>& parameters,
                             const std::vector<std::string>& metrics) {
    HParamsPluginData data;
    Experiment* experiment = data.mutable_experiment();
    for (const auto& [name, is_word] : parameters) {
        HParamInfo* info = experiment->add_hparam_infos();
        info->set_name(name);
        info->set_type(is_word ? HParamInfo::DATA_TYPE_STRING : HParamInfo::DATA_TYPE_FLOAT64);
    }
    for (const std::string& tag : metrics) {
        experiment->add_metric_infos()->mutable_name()->set_tag(tag);
    }
    return hparams_event("_hparams_/experiment", data);
}

std::string session_start_event(const std::vector<HParam>& parameters) {
    HParamsPluginData data;
    SessionStartInfo* session = data.mutable_session_start_info();
    for (const auto& [name, value] : parameters) {
        HParamEntry* entry = session->add_hparams();
        entry->set_key(name);
        if (const double* number = std::get_if<double>(&value)) {
            entry->mutable_value()->set_number_value(*number);
        } else {
            entry->mutable_value()->set_string_value(std::get<std::string>(value));
        }
    }
    return hparams_event("_hparams_/session_start_info", data);
}

std::string session_end_event(bool succeeded) {
    HParamsPluginData data;
    data.mutable_session_end_info()->set_status(succeeded ? SessionEndInfo::STATUS_SUCCESS
                                                          : SessionEndInfo::STATUS_FAILURE);
    return hparams_event("_hparams_/session_end_info", data);
}

}  // namespace nanonas::tensorboard
