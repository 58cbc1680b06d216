import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { field } from './error-document.ts';
import { exchanged, exchangedByNode, type Hearing, type ServerAnswer } from './exchange.ts';
import { noteUnanswered, wasUnanswered } from './unanswered.ts';

const CONNECTIONS = 256;
/** Of the head of an answer, bytes: proxies add their own, and what a policy of content says is long. */
const MAX_HEAD_BYTES = 65_536;

type Request = Dispatcher.DispatchOptions & { readonly body: string };

/** The connections to one server. */
export class Connections {
  private readonly pool: Pool;
  /** For a server that sends 100 Continue unasked, which undici takes for the end (RFC 9110, 15.2: clients read any interim answer). */
  private agent: Promise<Agent> | undefined;

  constructor(private readonly origin: string) {
    this.pool = new Pool(origin, {
      connections: CONNECTIONS,
      maxHeaderSize: MAX_HEAD_BYTES,
      connect: watchedConnector(),
      // Silence is the deadline's to end.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Asks once more where the connection was kept from an earlier request and ended before anything of an answer came: the server had closed it
   * when the request was under way to it, and has not read it.
   */
  async exchange(request: Request, hearing: Hearing): Promise<ServerAnswer> {
    try {
      return await this.exchangeOnce(request, hearing);
    } catch (error) {
      if (isInterim(error)) this.agent ??= keptAlive(this.origin);
      else if (!wasUnanswered(error)) throw error;
      if (hearing.limit.isOver) throw error;
      return this.exchangeOnce(request, hearing);
    }
  }

  async close(): Promise<void> {
    (await this.agent)?.destroy();
    await this.pool.destroy();
  }

  private async exchangeOnce(request: Request, hearing: Hearing): Promise<ServerAnswer> {
    if (!this.agent) return exchanged(this.pool, request, hearing);
    return exchangedByNode(await this.agent, new URL(request.path, this.origin), request, hearing);
  }
}

/** All that undici says of a 100. */
const isInterim = (error: unknown): boolean =>
  field(error, 'code') === 'UND_ERR_SOCKET' && field(error, 'message') === 'bad response';

async function keptAlive(origin: string): Promise<Agent> {
  const { Agent } = origin.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
}

/** Connects as undici does, and takes note of each connection that ends at a request that it has answered nothing to. */
function watchedConnector(): buildConnector.connector {
  const connect = buildConnector({});
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      watch(socket);
      callback(null, socket);
    });
}

function watch(socket: Socket): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  const read = socket.read.bind(socket);
  let requests = 0;
  let isAnswered = false;
  // Heads of requests are written as text, and nothing else is.
  socket.write = (...given: unknown[]) => {
    if (typeof given[0] === 'string') {
      requests++;
      isAnswered = false;
    }
    return write(...given);
  };
  socket.read = (size) => {
    const piece: unknown = read(size);
    isAnswered ||= piece !== null;
    return piece;
  };
  socket.prependListener('error', (error) => {
    if (requests > 1 && !isAnswered) noteUnanswered(error);
  });
}
