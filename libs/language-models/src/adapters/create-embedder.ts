import { configurationError } from '@contentflow/kernel';
import { existsSync } from 'node:fs';
import { type Embedder, type EmbeddingsConfiguration, unit } from '../embeddings/embedder.ts';
import { loadLlama } from './llama-package.ts';

type Of<Kind extends EmbeddingsConfiguration['kind']> = Extract<EmbeddingsConfiguration, { kind: Kind }>;

/** @throws ContentFlowError `configuration` where the model's file is absent */
export function createEmbedder(configuration: EmbeddingsConfiguration): Embedder {
  return configuration.kind === 'local' ? localEmbedder(configuration) : serverEmbedder(configuration);
}

function serverEmbedder({ baseUrl, apiKey = 'none', model, evenOddsAt, timeoutMs }: Of<'openai-compatible'>): Embedder {
  // 14 MiB that a process without embeddings does not need.
  const load = async () => (await import('@ai-sdk/openai')).createOpenAI({ baseURL: baseUrl, apiKey }).embedding(model);
  let loading: ReturnType<typeof load> | undefined;
  return {
    evenOddsAt,
    embed: async (texts) => {
      const embedding = await (loading ??= load());
      const abortSignal = AbortSignal.timeout(timeoutMs);
      const { embeddings } = await embedding.doEmbed({ values: [...texts], abortSignal });
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
