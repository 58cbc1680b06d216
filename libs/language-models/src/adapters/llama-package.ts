import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configurationError } from '@contentflow/kernel';

/** The part of node-llama-cpp 3.21 that is used here: the package is optional, so its own types may be absent. */
export interface LlamaPackage {
  getLlama(options: {
    gpu: false;
    build: 'never';
    skipDownload: true;
    maxThreads: number;
    logLevel: string;
  }): Promise<Llama>;
  LlamaChatSession: new (options: { contextSequence: LlamaSequence; autoDisposeSequence: boolean }) => LlamaSession;
}

export interface Llama {
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: object): Promise<LlamaGrammar>;
  dispose(): Promise<void>;
}

export type LlamaGrammar = object;

export interface LlamaModel {
  createContext(options: { sequences: number; contextSize: { max: number } }): Promise<LlamaContext>;
  tokenize(text: string): readonly number[];
  createEmbeddingContext(options: { threads: number }): Promise<LlamaEmbeddingContext>;
}

export interface LlamaEmbeddingContext {
  getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
}

export interface LlamaContext {
  getSequence(): LlamaSequence;
}

export interface LlamaSequence {
  readonly contextSize: number;
  readonly tokenMeter: { getState(): LlamaTokens; diff(since: LlamaTokens): LlamaTokens };
  /** Tokens it holds. */
  readonly nextTokenIndex: number;
}

export interface LlamaTokens {
  readonly usedInputTokens: number;
  readonly usedOutputTokens: number;
}

export type LlamaHistoryItem =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] };

export interface LlamaSession {
  setChatHistory(history: readonly LlamaHistoryItem[]): void;
  promptWithMeta(
    prompt: string,
    options: {
      maxTokens: number;
      temperature?: number;
      topP?: number;
      seed?: number;
      grammar?: LlamaGrammar;
      customStopTriggers?: readonly string[];
      signal: AbortSignal;
      stopOnAbortSignal: boolean;
      onTextChunk: (piece: string) => void;
    },
  ): Promise<{ responseText: string; stopReason: string }>;
  dispose(options?: { disposeSequence?: boolean }): void;
}

const INSTALL =
  'run: npm install node-llama-cpp@3.21.1 @node-llama-cpp/linux-x64@3.21.1 (or the build for your platform)';

/**
 * node-llama-cpp, from the folder in CONTENTFLOW_LLAMA_PACKAGE or as installed.
 * @throws ContentFlowError `configuration` where it is absent, with the fix
 */
export async function llamaPackage(folder = process.env['CONTENTFLOW_LLAMA_PACKAGE']): Promise<LlamaPackage> {
  const entry = folder && join(folder, 'dist', 'index.js');
  if (entry && !existsSync(entry))
    throw configurationError('CONTENTFLOW_LLAMA_PACKAGE', `holds no node-llama-cpp: ${folder}`, INSTALL);
  const name = entry ? pathToFileURL(entry).href : 'node-llama-cpp';
  try {
    return (await import(name)) as LlamaPackage;
  } catch (error) {
    if (!/Cannot find (package|module)/.test(String(error))) throw error;
    throw configurationError('providers.kind', 'a local model needs the optional package node-llama-cpp', INSTALL);
  }
}

const THREADS = 2;

/** The package, and its engine on the processor. */
export async function loadLlama(): Promise<{ readonly llamaCpp: LlamaPackage; readonly llama: Llama }> {
  const llamaCpp = await llamaPackage();
  const llama = await llamaCpp.getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    maxThreads: THREADS,
    logLevel: 'error',
  });
  return { llamaCpp, llama };
}
