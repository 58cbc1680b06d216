"""Each client on ordinary input against a running gateway. Prints one JSON line for each case: client, version, case, ok, problem.

Usage: clients.py BASE_URL MODEL CLIENT
"""

import asyncio
import json
import os
import sys
from importlib.metadata import version

BASE_URL, MODEL, CLIENT = sys.argv[1:4]
RECIPE = "contentflow/email"
os.environ.update(
    OPENAI_BASE_URL=BASE_URL,
    OPENAI_API_BASE=BASE_URL,
    OPENAI_API_KEY="none",
    OPENAI_AGENTS_DISABLE_TRACING="1",
    LITELLM_LOCAL_MODEL_COST_MAP="True",
    DO_NOT_TRACK="1",
)
QUESTION = "What is the capital of France?"
CASES = []


def case(package, name):
    def add(run):
        CASES.append((package, name, run))
        return run

    return add


def said(text):
    assert "Paris" in str(text), f"said {text!r}"


# openai


def client():
    from openai import OpenAI

    return OpenAI(max_retries=0)


def tool():
    parameters = {
        "type": "object",
        "properties": {"place": {"type": "string"}},
        "required": ["place"],
        "additionalProperties": False,
    }
    return {"name": "weather", "description": "of a place", "parameters": parameters, "strict": True}


def city_type():
    from pydantic import BaseModel

    class City(BaseModel):
        name: str
        people: int

    return City


@case("openai", "chat")
def _():
    said(client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": QUESTION}]).choices[0].message.content)


@case("openai", "chat, streamed")
def _():
    chunks = client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": QUESTION}], stream=True)
    said("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices))


@case("openai", "chat, parsed")
def _():
    done = client().chat.completions.parse(model=MODEL, messages=[{"role": "user", "content": QUESTION}], response_format=city_type())
    said(done.choices[0].message.parsed.name)


@case("openai", "responses")
def _():
    said(client().responses.create(model=MODEL, input=QUESTION).output_text)


@case("openai", "responses, streamed")
def _():
    with client().responses.stream(model=MODEL, input=QUESTION) as stream:
        for _event in stream:
            pass
        said(stream.get_final_response().output_text)


@case("openai", "responses, parsed")
def _():
    said(client().responses.parse(model=MODEL, input=QUESTION, text_format=city_type()).output_parsed.name)


@case("openai", "responses, tools and going on")
def _():
    first = client().responses.create(model=MODEL, input="weather?", tools=[{"type": "function", **tool()}])
    call = first.output[0]
    assert call.type == "function_call" and json.loads(call.arguments) == {"place": "Paris"}
    output = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    said(client().responses.create(model=MODEL, previous_response_id=first.id, input=output).output_text)


@case("openai", "responses of a recipe")
def _():
    assert client().responses.create(model=RECIPE, input="Announce our bottle.").output_text


@case("openai", "embeddings")
def _():
    assert client().embeddings.create(model=MODEL, input=["a", "b"]).data[1].embedding == [0.5, -0.25, 0.125]


@case("openai", "completions")
def _():
    said(client().completions.create(model=MODEL, prompt=QUESTION).choices[0].text)


@case("openai", "models and errors")
def _():
    from openai import NotFoundError

    assert RECIPE in [each.id for each in client().models.list()]
    try:
        client().responses.retrieve("resp_none")
        raise AssertionError("was found")
    except NotFoundError as error:
        assert error.body["message"]


@case("anthropic", "messages")
def _():
    said(anthropic().messages.create(model=MODEL, max_tokens=50, messages=[{"role": "user", "content": QUESTION}]).content[0].text)


@case("anthropic", "messages, streamed")
def _():
    with anthropic().messages.stream(model=MODEL, max_tokens=50, messages=[{"role": "user", "content": QUESTION}]) as stream:
        said("".join(stream.text_stream))
        assert stream.get_final_message().usage.output_tokens == 20


@case("anthropic", "messages, tools")
def _():
    tools = [{"name": "weather", "input_schema": tool()["parameters"]}]
    messages = [{"role": "user", "content": "weather?"}]
    first = anthropic().messages.create(model=MODEL, max_tokens=50, messages=messages, tools=tools)
    use = next(block for block in first.content if block.type == "tool_use")
    assert use.input == {"place": "Paris"} and first.stop_reason == "tool_use"
    result = [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny"}]
    messages += [{"role": "assistant", "content": first.content}, {"role": "user", "content": result}]
    said(anthropic().messages.create(model=MODEL, max_tokens=50, messages=messages, tools=tools).content[0].text)


def anthropic():
    from anthropic import Anthropic

    return Anthropic(base_url=BASE_URL.removesuffix("/v1"), api_key="none", max_retries=0)


# LangChain


def chat_openai(**more):
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model=MODEL, max_retries=0, **more)


@case("langchain-openai", "chat")
def _():
    said(chat_openai().invoke(QUESTION).content)


@case("langchain-openai", "chat, streamed")
def _():
    said("".join(chunk.content for chunk in chat_openai().stream(QUESTION)))


@case("langchain-openai", "structured output")
def _():
    said(chat_openai().with_structured_output(city_type()).invoke(QUESTION).name)


@case("langchain-openai", "tools")
def _():
    bound = chat_openai().bind_tools([{"type": "function", "function": tool()}])
    assert bound.invoke("weather?").tool_calls[0]["args"] == {"place": "Paris"}


@case("langchain-openai", "responses")
def _():
    said(chat_openai(use_responses_api=True).invoke(QUESTION).text)


@case("langchain-openai", "responses, streamed")
def _():
    said("".join(str(chunk.text) for chunk in chat_openai(use_responses_api=True).stream(QUESTION)))


@case("langchain-openai", "responses, going on")
def _():
    model = chat_openai(use_responses_api=True, use_previous_response_id=True)
    first = model.invoke(QUESTION)
    said(model.invoke([("user", QUESTION), first, ("user", "Sure?")]).text)


@case("langchain-openai", "embeddings")
def _():
    from langchain_openai import OpenAIEmbeddings

    vectors = OpenAIEmbeddings(model=MODEL, tiktoken_enabled=False, check_embedding_ctx_length=False).embed_documents(["a", "b"])
    assert vectors[1] == [0.5, -0.25, 0.125]


# LlamaIndex


def openai_like(**more):
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(model=MODEL, api_base=BASE_URL, api_key="none", max_retries=0, **more)


@case("llama-index-llms-openai-like", "complete (its default)")
def _():
    said(openai_like().complete(QUESTION).text)


@case("llama-index-llms-openai-like", "complete, streamed")
def _():
    said([each.text for each in openai_like().stream_complete(QUESTION)][-1])


@case("llama-index-llms-openai-like", "chat")
def _():
    from llama_index.core.llms import ChatMessage

    said(openai_like(is_chat_model=True).chat([ChatMessage(role="user", content=QUESTION)]).message.content)


@case("llama-index-embeddings-openai-like", "embeddings")
def _():
    from llama_index.embeddings.openai_like import OpenAILikeEmbedding

    embedding = OpenAILikeEmbedding(model_name=MODEL, api_base=BASE_URL, api_key="none")
    assert embedding.get_text_embedding("a") == [0.5, -0.25, 0.125]


# Others


@case("instructor", "tools")
def _():
    import instructor

    made = instructor.from_openai(client())
    said(made.chat.completions.create(model=MODEL, response_model=city_type(), messages=[{"role": "user", "content": QUESTION}]).name)


@case("instructor", "JSON schema")
def _():
    import instructor

    made = instructor.from_openai(client(), mode=instructor.Mode.JSON_SCHEMA)
    said(made.chat.completions.create(model=MODEL, response_model=city_type(), messages=[{"role": "user", "content": QUESTION}]).name)


@case("instructor", "responses")
def _():
    import instructor

    made = instructor.from_openai(client(), mode=instructor.Mode.RESPONSES_TOOLS)
    said(made.responses.create(model=MODEL, input=QUESTION, response_model=city_type()).name)


@case("dspy", "predict")
def _():
    import dspy

    with dspy.context(lm=dspy.LM(f"openai/{MODEL}", cache=False, num_retries=0)):
        said(dspy.Predict("question -> answer")(question=QUESTION).answer)


@case("dspy", "responses")
def _():
    import dspy

    with dspy.context(lm=dspy.LM(f"openai/{MODEL}", model_type="responses", cache=False, num_retries=0)):
        said(dspy.Predict("question -> answer")(question=QUESTION).answer)


@case("litellm", "completion")
def _():
    import litellm

    said(litellm.completion(model=f"openai/{MODEL}", messages=[{"role": "user", "content": QUESTION}]).choices[0].message.content)


@case("litellm", "completion, streamed")
def _():
    import litellm

    chunks = litellm.completion(model=f"openai/{MODEL}", messages=[{"role": "user", "content": QUESTION}], stream=True)
    said("".join(chunk.choices[0].delta.content or "" for chunk in chunks))


@case("litellm", "responses")
def _():
    import litellm

    said(litellm.responses(model=f"openai/{MODEL}", input=QUESTION).output[0].content[0].text)


@case("litellm", "embedding")
def _():
    import litellm

    assert litellm.embedding(model=f"openai/{MODEL}", input=["a"]).data[0]["embedding"]


@case("litellm", "text completion")
def _():
    import litellm

    said(litellm.text_completion(model=f"text-completion-openai/{MODEL}", prompt=QUESTION).choices[0].text)


@case("litellm", "Anthropic's messages")
def _():
    import litellm

    base = BASE_URL.removesuffix("/v1")
    said(litellm.completion(model=f"anthropic/{MODEL}", api_base=base, api_key="none", messages=[{"role": "user", "content": QUESTION}]).choices[0].message.content)


@case("llm", "prompt")
def _():
    from llm.default_plugins.openai_models import Chat

    model = Chat("gateway", model_name=MODEL, api_base=BASE_URL)
    model.key = "none"
    said(model.prompt(QUESTION, stream=True).text())


@case("pydantic-ai-slim", "openai:m (its default)")
def _():
    from pydantic_ai import Agent

    said(Agent(f"openai:{MODEL}").run_sync(QUESTION).output)


@case("pydantic-ai-slim", "tools and output type")
def _():
    from pydantic_ai import Agent

    agent = Agent(f"openai:{MODEL}")

    @agent.tool_plain
    def weather(place: str) -> str:
        assert place == "Paris"
        return "sunny"

    said(agent.run_sync("weather?").output)
    said(Agent(f"openai:{MODEL}", output_type=city_type()).run_sync(QUESTION).output.name)


@case("pydantic-ai-slim", "streamed")
def _():
    from pydantic_ai import Agent

    async def run():
        async with Agent(f"openai:{MODEL}").run_stream(QUESTION) as result:
            return await result.get_output()

    said(asyncio.run(run()))


@case("pydantic-ai-slim", "openai-chat:m")
def _():
    from pydantic_ai import Agent

    said(Agent(f"openai-chat:{MODEL}").run_sync(QUESTION).output)


@case("openai-agents", "agent (its default)")
def _():
    from agents import Agent, Runner

    said(Runner.run_sync(Agent(name="a", instructions="Be brief.", model=MODEL), QUESTION).final_output)


@case("openai-agents", "tools and output type")
def _():
    from agents import Agent, Runner, function_tool

    @function_tool
    def weather(place: str) -> str:
        assert place == "Paris"
        return "sunny"

    said(Runner.run_sync(Agent(name="a", model=MODEL, tools=[weather]), "weather?").final_output)
    said(Runner.run_sync(Agent(name="a", model=MODEL, output_type=city_type()), QUESTION).final_output.name)


@case("openai-agents", "streamed")
def _():
    from agents import Agent, Runner

    async def run():
        result = Runner.run_streamed(Agent(name="a", model=MODEL), QUESTION)
        async for _event in result.stream_events():
            pass
        return result.final_output

    # On the loop that the runner's own client was made on.
    said(asyncio.get_event_loop_policy().get_event_loop().run_until_complete(run()))



# The Model Context Protocol: the command is asked, and asks the same address.


def mcp_command(*options):
    here = os.path.dirname(os.path.abspath(__file__))
    main = os.path.join(here, "..", "..", "apps", "contentflow", "bin", "contentflow.mjs")
    return ["node", main, "mcp", "--url", BASE_URL.removesuffix("/v1"), *options]


BRIEF = {"contentType": "email", "topic": "What is the capital of France?", "length": 40}


@case("mcp", "tools by standard input and output")
def _():
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    async def run():
        command, *args = mcp_command()
        server = StdioServerParameters(command=command, args=args, env=dict(os.environ))
        async with Client(stdio_client(server)) as client:
            listed = await client.list_tools()
            assert len(listed.tools) > 5, listed
            report = await client.call_tool("report", {})
            assert report.structured_content["system_evolution"], report
            steps = []

            async def on_progress(progress, total, message):
                steps.append(message)

            made = await client.call_tool("make_content", BRIEF, progress_callback=on_progress)
            assert made.structured_content["status"] == "generated", made
            assert steps, "no progress was told"
            wrong = await client.call_tool("show_content", {"id": "nobody"})
            assert wrong.is_error and "nobody" in wrong.content[0].text, wrong

    asyncio.run(run())


@case("fastmcp", "tools by HTTP")
def _():
    import subprocess

    from fastmcp import Client

    async def run(url):
        async with Client(url) as client:
            assert len(await client.list_tools()) > 5
            made = await client.call_tool("make_content", BRIEF)
            assert made.structured_content["status"] == "generated", made
            wrong = await client.call_tool("list_decisions", {"limit": 0}, raise_on_error=False)
            assert wrong.is_error, wrong

    with subprocess.Popen(mcp_command("--port", "0"), stdout=subprocess.PIPE, text=True) as server:
        try:
            asyncio.run(run(server.stdout.readline().split("ready at ")[1].split(";")[0]))
        finally:
            server.terminate()


for package, name, run in CASES:
    if package != CLIENT:
        continue
    try:
        run()
        problem = None
    except Exception as error:  # whatever a client throws is what is shown
        problem = f"{type(error).__name__}: {error}"[:600]
    line = {"client": package, "version": version(package), "case": name, "ok": problem is None, "problem": problem}
    print(json.dumps(line), flush=True)
