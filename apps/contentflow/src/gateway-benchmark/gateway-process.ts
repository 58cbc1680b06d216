import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MeasuredProcess, startProcess } from './measured-process.ts';

/** As infra/docker/Dockerfile has it; docs/benchmarks/gateway.md says what each is for. */
const OPTIONS = ['--max-semi-space-size=8', '--initial-old-space-size=24', '--heap-growing-percent=30'];
const ALLOCATION = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '65536' };

/** As a team would deploy it for this alone: the generator's build, its documented environment, one configuration file. */
export function startGateway(folder: string, mockUrl: string): Promise<MeasuredProcess> {
  const model = { name: 'mock', usdPerMillionInput: 1, usdPerMillionOutput: 2 };
  const provider = { name: 'mock', kind: 'openai-compatible', baseUrl: `${mockUrl}/v1`, models: [model] };
  writeFileSync(join(folder, 'contentflow.config.json'), JSON.stringify({ providers: [provider] }));
  return startProcess([...OPTIONS, builtGenerator()], {
    CONTENTFLOW_CONFIG: join(folder, 'contentflow.config.json'),
    CONTENTFLOW_DATA: join(folder, 'data'),
    ...ALLOCATION,
    PORT: '0',
  });
}

/** The main file of the generator's build, of the checkout as it is. */
function builtGenerator(): string {
  execFileSync(process.execPath, [file('../../../../tools/build.mjs'), 'generator'], { stdio: 'inherit' });
  return file('../../../../dist/apps/generator/main.js');
}

/** A model server that answers so late. */
export const startMock = (delayMs: number): Promise<MeasuredProcess> =>
  startProcess([file('./mock-model-process.ts')], { MOCK_DELAY_MS: String(delayMs) });

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
