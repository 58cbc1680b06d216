import { configurationError } from '@contentflow/kernel';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Embedder, type EmbeddingsConfiguration, unit } from '../embeddings/embedder.ts';
import { EMBEDDINGS } from '../embeddings/metered-embeddings.ts';
import { estimatedTokens } from '../tokens.ts';
import { classified, guardedFetch, splitBase } from './ai-sdk.ts';
import { deadline } from './deadline.ts';
import { loadLlama } from './llama-package.ts';

type Of<Kind extends EmbeddingsConfiguration['kind']> = Extract<EmbeddingsConfiguration, { kind: Kind }>;

/** @throws ContentFlowError `configuration` where the model's file is absent */
export function createEmbedder(configuration: EmbeddingsConfiguration): Embedder {
  return configuration.kind === 'local' ? localEmbedder(configuration) : serverEmbedder(configuration);
}

function serverEmbedder(configuration: Of<'openai-compatible'>): Embedder {
  const { baseUrl, apiKey = 'none', model, evenOddsAt, timeoutMs, usdPerMillionInput } = configuration;
  // 14 MiB that a process without embeddings does not need.
  const load = async () => {
    const { baseURL, search } = splitBase(baseUrl);
    const settings = { apiKey, ...(baseURL && { baseURL }), fetch: guardedFetch(EMBEDDINGS, search) };
    return (await import('@ai-sdk/openai')).createOpenAI(settings).embedding(model);
  };
  let loading: ReturnType<typeof load> | undefined;
  return {
    evenOddsAt,
    model,
    usdPerMillionInput,
    embed: async (texts) => {
      const embedding = await (loading ??= load());
      const limit = deadline({ timeoutMs }, undefined);
      try {
        const { embeddings, usage } = await embedding.doEmbed({ values: [...texts], abortSignal: limit.signal });
        return { vectors: embeddings.map(unit), tokensIn: usage?.tokens ?? estimatedTokens(texts.join('')) };
      } catch (error) {
        throw limit.isOver ? limit.failure(EMBEDDINGS) : classified(EMBEDDINGS, error, [apiKey]);
      } finally {
        limit.end();
      }
    },
    close: async () => undefined,
  };
}

function localEmbedder({ modelPath, evenOddsAt }: Of<'local'>): Embedder {
  if (!existsSync(modelPath))
    throw configurationError('embeddings.modelPath', `is no file: "${modelPath}"`, 'write the path of a GGUF file');
  let loading: ReturnType<typeof load> | undefined;
  const load = async () => {
    const { llama } = await loadLlama();
    const model = await llama.loadModel({ modelPath });
    return { llama, model, context: await model.createEmbeddingContext({ threads: 1 }) };
  };
  return {
    evenOddsAt,
    model: basename(modelPath),
    usdPerMillionInput: 0,
    embed: async (texts) => {
      const { context, model } = await (loading ??= load());
      const vectors = [];
      for (const text of texts) vectors.push(unit([...(await context.getEmbeddingFor(text)).vector]));
      return { vectors, tokensIn: texts.reduce((sum, text) => sum + model.tokenize(text).length, 0) };
    },
    close: async () => {
      await (await loading?.catch(() => undefined))?.llama.dispose();
      loading = undefined;
    },
  };
}
