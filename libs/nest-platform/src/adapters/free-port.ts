import { configurationError, messageOf } from '@contentflow/kernel';
import { createServer } from 'node:net';

/**
 * Asked before anything is started that one could not listen for.
 * @throws ContentFlowError `configuration` where the port is taken, or cannot be had
 */
export async function mustBeFree(port: number, host: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    const isTaken = (error as { code?: string }).code === 'EADDRINUSE';
    const problem = isTaken ? `port ${port} is in use` : `cannot listen at ${host}:${port}: ${messageOf(error)}`;
    throw configurationError('--port', problem, 'choose another with --port or PORT');
  }
  await new Promise((resolve) => server.close(resolve));
}
