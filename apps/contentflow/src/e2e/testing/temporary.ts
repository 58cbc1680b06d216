import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MockModelServer } from './mock-model-server.ts';

/** A folder that is gone once the test is. */
export function temporaryFolder(): {
  readonly path: string;
  file(name: string, text: string | Uint8Array): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'contentflow-e2e-'));
  return {
    path,
    file: (name, text) => {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A configuration with this one provider; crashed work is taken up again soon. */
export const configurationOf = ({ baseUrl }: Pick<MockModelServer, 'baseUrl'>): string =>
  JSON.stringify({
    providers: [{ name: 'mock', kind: 'openai-compatible', baseUrl, apiKey: 'none', models: ['mock'] }],
    leaseMs: 2000,
    concurrency: 4,
  });
