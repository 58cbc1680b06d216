import { existsSync } from 'node:fs';
import { configurationError, messageOf } from '@contentflow/kernel';
import {
  ProviderError,
  type ModelMessage,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
} from '../model-provider.ts';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { type Deadline, deadline } from './deadline.ts';
import {
  loadLlama,
  type Llama,
  type LlamaHistoryItem,
  type LlamaPackage,
  type LlamaSequence,
} from './llama-package.ts';

const DEFAULT_TIMEOUT_MS = 600_000;
const CONTEXT_TOKENS = 4096;

type LocalConfiguration = ProviderConfiguration & { readonly modelPath: string };

/**
 * A GGUF model in this process, on the processor, loaded at its first call. Requests share its sequences, by default
 * one: what exceeds them waits its turn, within the call's own deadline.
 */
export function localProvider(configuration: LocalConfiguration): ModelProvider {
  const { name, modelPath, timeoutMs = DEFAULT_TIMEOUT_MS, totalTimeoutMs } = configuration;
  if (!existsSync(modelPath))
    throw configurationError(
      `providers.${name}.modelPath`,
      `is no file: "${modelPath}"`,
      'write the path of a GGUF file',
    );
  let loading: Promise<LocalModel> | undefined;

  return {
    name,
    kind: 'local',
    simulated: false,
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline({ timeoutMs, totalTimeoutMs }, signal);
      try {
        loading ??= load(configuration).catch((error: unknown) => {
          loading = undefined;
          throw error;
        });
        const model = await abortable(loading, limit.signal);
        const sequence = await model.acquire(limit.signal);
        try {
          return await complete(model, sequence, request, limit);
        } finally {
          model.release(sequence);
        }
      } catch (error) {
        if (limit.isOver) throw limit.failure(name);
        throw error instanceof ProviderError
          ? error
          : new ProviderError('server_error', `${name}: ${messageOf(error)}`);
      } finally {
        limit.end();
      }
    },
    close: async () => {
      await (await loading?.catch(() => undefined))?.llama.dispose();
      loading = undefined;
    },
  };
}

interface LocalModel {
  readonly llama: Llama;
  readonly package: LlamaPackage;
  acquire(signal: AbortSignal): Promise<LlamaSequence>;
  release(sequence: LlamaSequence): void;
}

async function load({ modelPath, concurrency = 1 }: LocalConfiguration): Promise<LocalModel> {
  const { llamaCpp, llama } = await loadLlama();
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ sequences: concurrency, contextSize: { max: CONTEXT_TOKENS } });
  const idle = Array.from({ length: concurrency }, () => context.getSequence());
  return { llama, package: llamaCpp, ...turns(idle) };
}

/** Hands each sequence to one request at a time, first come, first served. */
function turns(idle: LlamaSequence[]): Pick<LocalModel, 'acquire' | 'release'> {
  const waiting = new Set<(sequence: LlamaSequence) => void>();
  return {
    acquire: (signal) => {
      const sequence = idle.pop();
      if (sequence) return Promise.resolve(sequence);
      return new Promise((resolve, reject) => {
        waiting.add(resolve);
        // One already handed a sequence is no longer waiting: it goes on, and gives the sequence back.
        const leave = (): void => void (waiting.delete(resolve) && reject(new ProviderError('cancelled', 'aborted')));
        signal.addEventListener('abort', leave, { once: true });
      });
    },
    release: (sequence) => {
      const [next] = waiting;
      if (!next) return void idle.push(sequence);
      waiting.delete(next);
      next(sequence);
    },
  };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(new ProviderError('cancelled', 'aborted'));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}

async function complete(
  model: LocalModel,
  sequence: LlamaSequence,
  request: ModelRequest,
  limit: Deadline,
): Promise<ModelReply> {
  if (request.tools?.length) throw new ProviderError('bad_request', 'a local model runs no tools');
  const startedAt = performance.now();
  let firstAt: number | undefined;
  const { history, prompt } = conversation(request.messages);
  // The sequence keeps what it has read: a prompt that begins like the one before it, as those of one recipe do, is read from where they part.
  const session = new model.package.LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
  try {
    session.setChatHistory(history);
    const before = sequence.tokenMeter.getState();
    const result = await session.promptWithMeta(prompt, {
      maxTokens: request.maxOutputTokens,
      temperature: request.temperature,
      topP: request.topP,
      seed: request.seed,
      customStopTriggers: request.stop,
      grammar: request.responseSchema && (await model.llama.createGrammarForJsonSchema(request.responseSchema)),
      signal: limit.signal,
      stopOnAbortSignal: false,
      onTextChunk: (piece) => {
        firstAt ??= performance.now();
        limit.alive();
        request.onText?.(piece);
      },
    });
    const used = sequence.tokenMeter.diff(before);
    const timeMs = performance.now() - startedAt;
    return {
      text: result.responseText,
      tokensIn: Math.max(0, sequence.nextTokenIndex - used.usedOutputTokens),
      tokensOut: used.usedOutputTokens,
      timeToFirstTokenMs: firstAt === undefined ? timeMs : firstAt - startedAt,
      timeMs,
      finishReason: result.stopReason === 'maxTokens' ? 'length' : 'stop',
    };
  } finally {
    session.dispose();
  }
}

/** The session takes the last user message as its prompt and all before it as history. */
function conversation(messages: readonly ModelMessage[]): { history: LlamaHistoryItem[]; prompt: string } {
  const last = messages.at(-1);
  if (last?.role !== 'user') throw new ProviderError('bad_request', 'the last message must be the user’s');
  const history = messages.slice(0, -1).map((message): LlamaHistoryItem => {
    if (message.role === 'assistant') return { type: 'model', response: [message.content] };
    return { type: message.role === 'system' ? 'system' : 'user', text: message.content };
  });
  return { history, prompt: last.content };
}
