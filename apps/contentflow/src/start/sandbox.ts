import { configurationError, isContentFlowError } from '@contentflow/kernel';
import { untilStopped } from '@contentflow/nest-platform';
import { loadWorld, serveSandbox } from '@contentflow/simulation';
import { unknownName } from '../command-line/unknown-name.ts';

/** Serves the sandbox to any OpenAI client, in real time; every answer says that it is simulated. */
export async function run({ world, port }: { world: string; port: number }, action: string): Promise<void> {
  if (action !== 'serve') throw unknownName('action', action, ['serve']);
  const server = await serveSandbox({ world: loadWorld(world), port }).catch((error: unknown) => {
    if (isContentFlowError(error)) throw error;
    throw configurationError('--port', `cannot listen at port ${port}: ${String(error)}`, 'choose another');
  });
  console.log(`The sandbox (simulated) is ready at ${server.url}`);
  await untilStopped();
  await server.close();
}
