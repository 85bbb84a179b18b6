#include "config/settings.hpp"
#include "inference/chat/document_folder.hpp"
#include "inference/chat/knowledge_backend.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::inference;

namespace {

std::string ask(const std::string& question) {
  static knowledge_backend backend(read_document_folder(knowledge_folder("embedded")),
      ocelli::config::chat_settings{}.minimum_coverage);
  return backend.answer({{}, {}, question}, [](std::string_view) {}, {});
}

} // namespace

TEST_CASE("questions about Ocelli are answered right in words of the asker") {
  const auto [question, part] = GENERATE(table<std::string, std::string>({
      {"what is ocelli", "vision and chat server for Socket.IO clients"},
      {"Who are you?", "I am the chat of Ocelli"},
      {"hi!", "Hello!"},
      {"How can I send you a picture?", "Emit the event \"frame\""},
      {"how do i submit an image to the server", "Emit the event \"frame\""},
      {"Which formats of pictures do you support?", "JPEG, PNG, WebP or BMP"},
      {"may I send a PNG?", "JPEG, PNG, WebP or BMP"},
      {"What's the maximum size of an image?", "50 megapixels"},
      {"is there a limit for the size of frames", "50 megapixels"},
      {"how large can a picture be at most, in megapixels?", "50 megapixels"},
      {"why does it say already in list?", "same label as the one before"},
      {"What is the meaning of \"Already in list\"?", "same label as the one before"},
      {"I get 'Superseded by a newer frame', why?", "frames.policy to \"queue\""},
      {"Why are frames dropped?", "frames.policy to \"queue\""},
      {"I want every frame answered", "Set frames.policy to \"queue\""},
      {"what does overloaded mean", "rejected at once"},
      {"How can I give a frame a deadline?", "\"deadline_ms\": 200"},
      {"what does deadline exceeded mean?", "\"deadline_ms\": 200"},
      {"Can I use my own model?", "model.path to that folder"},
      {"how to load another model", "model.path to that folder"},
      {"Does it run without a GPU?", "no GPU and no CUDA is needed"},
      {"Do I need an NVIDIA card with CUDA?", "no GPU and no CUDA is needed"},
      {"How do I choose the GPU?", "inference.device = \"auto\""},
      {"How can I change the port?", "server.port"},
      {"How do I change settings from the command line with --set?", "--set section.key=value"},
      {"where do I find the configuration file", "--config FILE"},
      {"How can I stop the server gracefully?", "SIGTERM or SIGINT"},
      {"What happens to accepted frames on SIGTERM?", "Everything accepted is answered first"},
      {"Is there a health check endpoint?", "/healthz"},
      {"kubernetes readiness probe", "/readyz"},
      {"what is the license?", "MIT"},
      {"Is it open source?", "MIT"},
      {"Are my frames visible to other clients?", "ever visible to another"},
      {"Does my Flask client work with it?", "unmodified client"},
      {"how do I stream an answer", "\"stream\": true"},
      {"Can I cancel a streaming answer?", "event \"stop\""},
      {"How do I run it in docker?", "docker run -p 5000:5000"},
      {"which classes can the model recognise?", "Fashion-MNIST"},
      {"How do I add documents to the chat?", "chat.knowledge_path"},
      {"Can I get confidence values?", "response.details"},
      {"In what ways can a frame end?", "exactly one of six ways"},
      {"Show me a Python client", "socketio.Client()"},
      {"how many clients may connect at once", "20,000"},
      {"What does 1009 mean?", "limits.message_bytes"},
      {"what's your name?", "I am the chat of Ocelli"},
      {"What's the biggest image I can send?", "50 megapixels"},
      {"how do i classify a photo?", "Emit the event"},
      {"Does it support TLS?", "reverse proxy"},
      {"Where can I find the documentation?", "README.md"},
      {"how long may a question be", "chat.question_bytes"},
      {"How accurate is the embedded model?", "model card"},
      {"python client example", "socketio.Client()"},
      {"is it free", "MIT"},
      {"CORS", "server.cors_origins"},
      {"What can I do against overload?", "rejected at once"},
      {"what is a model package", "model.toml"},
      {"How do acknowledgements work?", "exactly once"},
      {"Does the server remember my questions?", "chat.history_bytes"},
      {"can i disable the chat", "chat.backend"},
      {"How do I print the effective configuration?", "--check-config"},
      {"which port does it listen on by default", "5000"},
      {"Why was I disconnected as too slow?", "limits.write_queue_bytes"},
  }));
  CAPTURE(question);
  CHECK_THAT(ask(question), Catch::Contains(part));
}

TEST_CASE("questions about other things get the honest answer") {
  const auto question = GENERATE(as<std::string>(), "What is the capital of France?",
      "How do I cook rice?", "Who won the world cup in 1998?", "What is the weather like today?",
      "How old is the universe?", "Write a poem about autumn", "What is 2 + 2?",
      "Translate 'good evening' into Spanish", "Where can I buy a red bicycle?",
      "How do I repair a broken window?", "What time is it in Tokyo?",
      "Who is the president of Brazil?", "Explain quantum mechanics",
      "What does a trouser press cost?", "What time is it?", "How old are you?", "Tell me a joke",
      "What is the meaning of life?", "What day is today?", "How do I stop smoking?",
      "How do I change a tyre?", "What is 50 + 50?", "How do I build a house?",
      "What is the best phone?", "¿Cuál es la capital de España?", "Wie ist das Wetter heute?");
  CAPTURE(question);
  CHECK(ask(question) == knowledge_backend::unknown);
}
