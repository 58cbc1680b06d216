import { createOpenAI } from '@ai-sdk/openai';
import { configurationError } from '@contentflow/kernel';
import { embedMany } from 'ai';
import { existsSync } from 'node:fs';
import { type Embedder, type EmbeddingsConfiguration, unit } from '../embeddings/embedder.ts';
import { loadLlama } from './llama-package.ts';

type Of<Kind extends EmbeddingsConfiguration['kind']> = Extract<EmbeddingsConfiguration, { kind: Kind }>;

/** @throws ContentFlowError `configuration` where the model's file is absent */
export function createEmbedder(configuration: EmbeddingsConfiguration): Embedder {
  return configuration.kind === 'local' ? localEmbedder(configuration) : serverEmbedder(configuration);
}

function serverEmbedder({ baseUrl, apiKey = 'none', model, evenOddsAt, timeoutMs }: Of<'openai-compatible'>): Embedder {
  const embedding = createOpenAI({ baseURL: baseUrl, apiKey }).embedding(model);
  return {
    evenOddsAt,
    embed: async (texts) => {
      const abortSignal = AbortSignal.timeout(timeoutMs);
      const { embeddings } = await embedMany({ model: embedding, values: [...texts], maxRetries: 1, abortSignal });
      return embeddings.map(unit);
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
    return { llama, context: await model.createEmbeddingContext({ threads: 1 }) };
  };
  return {
    evenOddsAt,
    embed: async (texts) => {
      const { context } = await (loading ??= load());
      const vectors = [];
      for (const text of texts) vectors.push(unit([...(await context.getEmbeddingFor(text)).vector]));
      return vectors;
    },
    close: async () => {
      await (await loading?.catch(() => undefined))?.llama.dispose();
      loading = undefined;
    },
  };
}
