import { PORTS } from '@contentflow/kernel';
import type { CommandDefinition } from '../command-line/command.ts';
import { asking, config, numeric } from '../command-line/options.ts';

export const mcpCommand: CommandDefinition = {
  name: 'mcp',
  description: 'lets programs that speak the Model Context Protocol ask a system that runs',
  examples: ['mcp', 'mcp --port 4020'],
  configure: (to) =>
    config(asking(to))
      .addOption(
        numeric('--port <n>', 'streamable HTTP at /mcp of this port; standard input and output where left out', PORTS),
      )
      .option('--host <address>', 'the address to listen at, with --port', '127.0.0.1'),
  load: () => import('./mcp.ts'),
};
