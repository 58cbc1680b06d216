import { dot } from '@contentflow/statistics';
import { z } from 'zod';
import { headerText } from '../provider-configuration.ts';

/** Texts as points: the closer two, the more alike in meaning. */
export interface Embedder {
  /** The cosine at which two texts are as likely to ask for the same as not: each model has its own. */
  readonly evenOddsAt: number;
  readonly model: string;
  /** Undefined where nobody said; 0 for a model of this machine. */
  readonly usdPerMillionInput?: number | undefined;
  /** One vector of length 1 for each text, in order. */
  embed(texts: readonly string[]): Promise<Embeddings>;
  close(): Promise<void>;
}

export interface Embeddings {
  readonly vectors: readonly Vector[];
  /** Of all texts together; an estimate where the server does not count. */
  readonly tokensIn: number;
}

export type Vector = Float32Array;

/** `embeddings` in the configuration file. Without it the cache compares words alone. */
export const embeddingsConfigurationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    /** Any server with OpenAI's `/v1/embeddings`: OpenAI, Ollama, llama-server, vLLM. */
    kind: z.literal('openai-compatible'),
    baseUrl: z.url({ protocol: /^https?$/, error: 'is not a URL; write http://localhost:11434/v1' }),
    apiKey: headerText.min(1).optional(),
    model: z.string().min(1),
    evenOddsAt: z.number().min(-1).max(1).default(0.8),
    timeoutMs: z.number().positive().default(5000),
    usdPerMillionInput: z.number().nonnegative().optional(),
  }),
  z.strictObject({
    /** A GGUF file of an embedding model, under node-llama-cpp. */
    kind: z.literal('local'),
    modelPath: z.string().min(1),
    evenOddsAt: z.number().min(-1).max(1).default(0.8),
  }),
]);

export type EmbeddingsConfiguration = z.output<typeof embeddingsConfigurationSchema>;

/** @throws RangeError for a vector without length */
export function unit(values: readonly number[]): Vector {
  const norm = Math.hypot(...values);
  if (!(norm > 0)) throw new RangeError('a vector without length');
  return Float32Array.from(values, (value) => value / norm);
}

/** Of two vectors of length 1. */
export const cosine = (a: Vector, b: Vector): number => dot(a, b);
