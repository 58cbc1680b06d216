import { CompletionServed, newEvent } from '@contentflow/contracts';
import { ContentFlowError, derivedId, systemClock } from '@contentflow/kernel';
import { GatewayFailure, type GatewayReply, type ModelMessage } from '@contentflow/language-models';
import { commandId, MODELS, type Models, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';

const toolCall = z.object({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const part = z.object({ type: z.string(), text: z.string().optional() });
const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: z.string().optional(),
});

/** OpenAI's chat completions, as far as they concern what is asked and answered; other fields are taken and left alone. */
const completionSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().nullish(),
  seed: z.number().int().nullish(),
  /** Whose budget it is charged to. */
  user: z.string().min(1).max(200).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  tools: z
    .array(
      z.object({
        type: z.literal('function'),
        function: z.object({
          name: z.string(),
          description: z.string().optional(),
          parameters: z.record(z.string(), z.unknown()).default({}),
        }),
      }),
    )
    .optional(),
  tool_choice: z
    .union([
      z.enum(['auto', 'none', 'required']),
      z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
    ])
    .optional(),
});
type Completion = z.output<typeof completionSchema>;

const RECIPE_PREFIX = 'contentflow/';
const PATIENCE_MS = 600_000;
const DEFAULT_TOKENS = 1024;

/** One answer, in the protocol's words. */
interface Answer {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly toolCalls?: GatewayReply['toolCalls'];
  readonly finishReason: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly simulated: boolean;
}

/** OpenAI's protocol: `contentflow/<content type>` is made by its recipe, any other model is called through the gateway. */
@Controller('v1')
export class CompletionsController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    private readonly content: ContentService,
    private readonly updates: ContentUpdates,
  ) {}

  @Get('models')
  list(): { object: 'list'; data: { id: string; object: 'model'; created: number; owned_by: string }[] } {
    const recipes = this.content
      .contentTypes()
      .map((type) => ({ id: `${RECIPE_PREFIX}${type}`, owned_by: 'contentflow' }));
    const offered = this.models.offered.map(({ name, provider }) => ({ id: name, owned_by: provider }));
    return {
      object: 'list',
      data: [...recipes, ...offered].map((model) => ({ ...model, object: 'model', created: 0 })),
    };
  }

  @Post('chat/completions')
  async complete(
    @Body(valid(completionSchema)) body: Completion,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const id = commandId(
      request,
      derivedId(this.platform.instance, `${this.platform.clock.now()}-${this.platform.random.next()}`),
    );
    try {
      if (body.stream) await this.stream(body, id, reply);
      else await reply.status(200).send(asCompletion(await this.answer(body, id)));
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      await reply
        .status(statusOf(error))
        .send({ error: { message: error.message, type: error.failure, code: error.failure, param: null } });
    }
  }

  private answer(body: Completion, id: string, onText?: (piece: string) => void): Promise<Answer> {
    return body.model.startsWith(RECIPE_PREFIX) ? this.byRecipe(body, id, onText) : this.passedOn(body, id, onText);
  }

  /** The last thing the user said is the topic; what was said before is reference material. */
  private async byRecipe(
    { model, messages }: Completion,
    commandId: string,
    onText?: (piece: string) => void,
  ): Promise<Answer> {
    const asked = messages.findLast(({ role }) => role === 'user');
    const before = messages.filter((each) => each !== asked && textOf(each) !== '');
    const reference = before.map((each) => `${each.role}: ${textOf(each)}`).join('\n');
    const brief = {
      contentType: model.slice(RECIPE_PREFIX.length),
      topic: asked ? textOf(asked) : '',
      ...(reference ? { reference } : {}),
    };
    const { contentId } = await this.content.accept(brief, { commandId });
    const document = await this.updates.ended(contentId, PATIENCE_MS);
    if (document?.status !== 'generated' || !document.content)
      throw new ContentFlowError('overloaded', document?.error?.message ?? 'it was not made in time', {
        mend: `see /v1/content/${contentId}`,
      });
    onText?.(document.content.body);
    const { tokensIn, tokensOut } = document.usage;
    return {
      id: contentId,
      model,
      text: document.content.body,
      finishReason: 'stop',
      tokensIn,
      tokensOut,
      simulated: document.simulated,
    };
  }

  private async passedOn(body: Completion, id: string, onText?: (piece: string) => void): Promise<Answer> {
    const made = await this.models.gateway.generate({
      model: body.model,
      messages: body.messages.map(asMessage),
      maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? DEFAULT_TOKENS,
      ...(body.temperature != null && { temperature: body.temperature }),
      ...(body.top_p != null && { topP: body.top_p }),
      ...(body.seed != null && { seed: body.seed }),
      ...(body.stop != null && { stop: typeof body.stop === 'string' ? [body.stop] : body.stop }),
      ...(body.tools && { tools: body.tools.map(({ function: tool }) => tool) }),
      ...(body.tool_choice && {
        toolChoice: typeof body.tool_choice === 'string' ? body.tool_choice : { name: body.tool_choice.function.name },
      }),
      ...(body.user && { budget: { caller: body.user } }),
      ...(onText && { onText }),
    });
    await this.record(id, made);
    const { model, text, toolCalls, finishReason, tokensIn, tokensOut, simulated } = made;
    return { id, model, text, ...(toolCalls && { toolCalls }), finishReason, tokensIn, tokensOut, simulated };
  }

  private async record(completionId: string, { model, calls, simulated }: GatewayReply): Promise<void> {
    const plain = calls.map(({ simulated: _s, priceUnknown: _p, ...call }) => ({
      step: 'completion',
      ...call,
    }));
    const data = { completionId, model, calls: plain, simulated };
    await this.platform.log.append([
      newEvent(CompletionServed, {
        subject: completionId,
        data,
        time: this.platform.clock.now(),
        cause: { id: completionId },
      }),
    ]);
  }

  private async stream(body: Completion, id: string, reply: FastifyReply): Promise<void> {
    const { raw } = reply;
    const send = (delta: object, finish: string | null, extra: object = {}): void => {
      if (!raw.headersSent) raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      raw.write(
        `data: ${JSON.stringify({ ...chunk(id, body.model), choices: [{ index: 0, delta, finish_reason: finish }], ...extra })}\n\n`,
      );
    };
    const answer = await this.answer(body, id, (content) => send({ role: 'assistant', content }, null));
    if (answer.toolCalls)
      send({ tool_calls: answer.toolCalls.map((call, index) => ({ index, ...asToolCall(call) })) }, null);
    send({}, finishOf(answer.finishReason));
    if (body.stream_options?.include_usage)
      raw.write(`data: ${JSON.stringify({ ...chunk(id, body.model), choices: [], usage: usageOf(answer) })}\n\n`);
    raw.end('data: [DONE]\n\n');
  }
}

const textOf = ({ content }: z.output<typeof message>): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');

function asMessage(each: z.output<typeof message>): ModelMessage {
  const { role, tool_calls: calls, tool_call_id: callId } = each;
  return {
    role: role === 'developer' ? 'system' : role,
    content: textOf(each),
    ...(calls && {
      toolCalls: calls.map(({ id, function: { name, arguments: given } }) => ({ id, name, arguments: given })),
    }),
    ...(callId && { toolCallId: callId }),
  };
}

const asToolCall = ({ id, name, arguments: given }: NonNullable<Answer['toolCalls']>[number]) => ({
  id,
  type: 'function',
  function: { name, arguments: given },
});

const seconds = (): number => Math.floor(systemClock.now() / 1000);
const chunk = (id: string, model: string) => ({
  id: `chatcmpl-${id}`,
  object: 'chat.completion.chunk',
  created: seconds(),
  model,
});
const finishOf = (reason: string): string => (reason === 'other' ? 'stop' : reason);
const usageOf = ({ tokensIn, tokensOut }: Answer) => ({
  prompt_tokens: tokensIn,
  completion_tokens: tokensOut,
  total_tokens: tokensIn + tokensOut,
});

function asCompletion(answer: Answer): object {
  const { id, model, text, toolCalls, finishReason, simulated } = answer;
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: seconds(),
    model,
    choices: [
      {
        index: 0,
        finish_reason: finishOf(finishReason),
        message: { role: 'assistant', content: text, ...(toolCalls && { tool_calls: toolCalls.map(asToolCall) }) },
      },
    ],
    usage: usageOf(answer),
    simulated,
  };
}

const statuses: Readonly<Record<string, number>> = {
  rate_limited: 429,
  unknown_model: 404,
  bad_request: 400,
  budget_exhausted: 402,
  authentication: 502,
  timeout: 504,
  cancelled: 499,
};
const statusOf = ({ failure }: GatewayFailure): number => statuses[failure] ?? 502;
