import { usageError } from '@contentflow/kernel';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { toolServer } from './tool-server.ts';

export interface McpOptions {
  /** Of the system that is asked. */
  readonly url: string;
  readonly key?: string;
  readonly by: string;
  readonly port?: number;
  readonly host: string;
  readonly config?: string;
}

/** Serves one client on standard input and output until it goes, or whoever asks at a port. */
export async function run({ url, key, by, port, host, config }: McpOptions): Promise<void> {
  if (port === undefined) {
    // On standard output there is nothing but the protocol.
    serveStdio(() => toolServer({ url, by, ...(key && { key }) }), {
      onerror: ({ message }) => console.error(message),
    });
    return;
  }
  if (key !== undefined)
    throw usageError('at a port each caller shows a key of its own', 'leave out --key and CONTENTFLOW_KEY');
  const { serveAtPort } = await import('./at-port.ts');
  await serveAtPort({ url, by, port, host, ...(config !== undefined && { config }) });
}
