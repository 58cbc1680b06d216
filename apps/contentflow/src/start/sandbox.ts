import { configurationError, isContentFlowError } from '@contentflow/kernel';
import { untilStopped } from '@contentflow/nest-platform';
import { loadWorld, serveSandbox } from '@contentflow/simulation';
import { unknownName } from '../command-line/unknown-name.ts';

/** Serves the sandbox to any OpenAI client, in real time; every answer says that it is simulated. */
export async function run({ world, port = '4010' }: { world: string; port?: string }, action: string): Promise<void> {
  if (action !== 'serve') throw unknownName('action', action, ['serve']);
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw configurationError('--port', `is no port: "${port}"`, 'write e.g. 4010');
  const server = await serveSandbox({ world: loadWorld(world), port: number }).catch((error: unknown) => {
    if (isContentFlowError(error)) throw error;
    throw configurationError('--port', `cannot listen at port ${number}: ${String(error)}`, 'choose another');
  });
  console.log(`The sandbox (simulated) is ready at ${server.url}`);
  await untilStopped();
  await server.close();
}
