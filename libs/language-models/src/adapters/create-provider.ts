import { configurationError } from '@contentflow/kernel';
import type { ModelProvider, ProviderKind } from '../model-provider.ts';
import type { ProviderConfiguration } from '../provider-configuration.ts';
import { anthropicProvider } from './anthropic-provider.ts';
import { localProvider } from './local-provider.ts';
import { openAiCompatibleProvider } from './openai-compatible-provider.ts';

const OLLAMA = 'http://127.0.0.1:11434/v1';
const OPENAI = 'https://api.openai.com/v1';

/**
 * The provider that a configuration describes. The sandbox is made by the simulation.
 * @throws ContentFlowError `configuration` where a field is missing
 */
export function createProvider(written: ProviderConfiguration): ModelProvider {
  const { name, kind, modelPath } = written;
  const baseUrl = written.baseUrl === undefined ? undefined : baseOf(kind, written.baseUrl);
  const configuration = { ...written, ...(baseUrl !== undefined && { baseUrl }) };
  const missing = (field: string, fix: string) => configurationError(`providers.${name}.${field}`, 'is missing', fix);

  switch (kind) {
    case 'openai-compatible':
      if (!baseUrl) throw missing('baseUrl', 'write http://localhost:8000/v1');
      return openAiCompatibleProvider({ ...configuration, baseUrl });
    case 'ollama':
      return openAiCompatibleProvider({ ...configuration, baseUrl: baseUrl ?? OLLAMA });
    case 'openai':
      return openAiCompatibleProvider({ ...configuration, baseUrl: baseUrl ?? OPENAI });
    case 'anthropic':
      return anthropicProvider(configuration);
    case 'local':
      if (!modelPath) throw missing('modelPath', 'write the path of a GGUF file');
      return localProvider({ ...configuration, modelPath });
    case 'sandbox':
      throw configurationError(
        `providers.${name}.kind`,
        'the sandbox is no part of a service on its own',
        'run "contentflow start", or "contentflow sandbox serve" and its address as openai-compatible',
      );
  }
}

/** People also write the whole address of an endpoint, or leave the version out where a kind of server has one alone. */
function baseOf(kind: ProviderKind, written: string): string {
  const url = new URL(written);
  const path = url.pathname.replace(/\/{2,}/g, '/').replace(/\/+$/, '');
  const base = path.replace(/\/(chat\/completions|completions|responses|embeddings|messages)$/, '');
  url.pathname = base === '' && VERSIONED.includes(kind) ? '/v1' : base;
  return url.href;
}

const VERSIONED: readonly ProviderKind[] = ['openai', 'anthropic', 'ollama'];
