import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cosine, type Embedder } from '../embeddings/embedder.ts';
import { createEmbedder } from './create-embedder.ts';
import { llamaPackage } from './llama-package.ts';

describe('embeddings of a server', () => {
  let server: Server;
  let asked: { authorization: string | undefined; body: { model: string; input: string[] } }[];
  let embedder: Embedder;

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body: JSON.parse(body) as never });
        const input: string[] = asked.at(-1)?.body.input ?? [];
        response.writeHead(input.includes('fail') ? 500 : 200, { 'content-type': 'application/json' });
        const data = input.map((text, index) => ({ index, object: 'embedding', embedding: [text.length, 4] }));
        response.end(JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    embedder = createEmbedder({
      kind: 'openai-compatible',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      apiKey: 'secret',
      model: 'small',
      evenOddsAt: 0.8,
      timeoutMs: 5000,
    });
  });
  afterEach(() => new Promise((closed) => server.close(closed)));

  it('come for all texts at once, in order, of length 1', async () => {
    const { vectors, tokensIn } = await embedder.embed(['abc', 'abcd']);
    expect(tokensIn).toBe(1);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [expect.closeTo(0.6), expect.closeTo(0.8)],
      [expect.closeTo(Math.SQRT1_2), expect.closeTo(Math.SQRT1_2)],
    ]);
    expect(asked).toMatchObject([{ authorization: 'Bearer secret', body: { model: 'small', input: ['abc', 'abcd'] } }]);
  });

  it('are refused where the server fails', async () => {
    await expect(embedder.embed(['fail'])).rejects.toMatchObject({ failure: 'server_error' });
  });
});

it('names the field where the file of a local model is absent', () => {
  expect(() => createEmbedder({ kind: 'local', modelPath: '/nowhere.gguf', evenOddsAt: 0.8 })).toThrow(
    expect.objectContaining({ field: 'embeddings.modelPath' }),
  );
});

const modelPath = process.env['CONTENTFLOW_EMBEDDING_MODEL'] ?? '';
const isRequired = process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1';
const canRun = existsSync(modelPath) && (await llamaPackage().catch(() => undefined)) !== undefined;

// infra/models/fetch-minilm.sh makes the file.
(canRun || isRequired ? describe : describe.skip)('a local embedding model (CONTENTFLOW_EMBEDDING_MODEL)', () => {
  it('puts what means the same close together', async () => {
    const embedder = createEmbedder({ kind: 'local', modelPath, evenOddsAt: 0.8 });
    const { vectors, tokensIn } = await embedder.embed([
      'How do I reset my password?',
      'How can I change my password?',
      'The cat sits outside',
    ]);
    await embedder.close();
    expect(tokensIn).toBeGreaterThan(15);
    const [reset, change, cat] = vectors;
    // As the weights give it in a forward pass by hand, in NumPy: 0.860 and 0.041.
    expect(cosine(reset as Float32Array, change as Float32Array)).toBeCloseTo(0.86, 2);
    expect(cosine(reset as Float32Array, cat as Float32Array)).toBeCloseTo(0.041, 2);
  });
});
