import { connect, type Socket } from 'node:net';
import { onMessages } from './http-messages.ts';

/** Asks one server the same thing over and over, on kept connections: as many as there are calls in flight. */
export interface ChatClient {
  /** Resolves with the body of the answer. @throws unless it is a 200 */
  ask(): Promise<Buffer>;
  close(): void;
}

interface Connection {
  readonly socket: Socket;
  settle: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;
}

const ASKED = JSON.stringify({
  model: 'mock',
  messages: [{ role: 'user', content: 'Say something short. '.repeat(10) }],
  max_tokens: 50,
});

/** @param key  shown as OpenAI's clients show it; none where left out */
export function chatClient(baseUrl: string, key?: string): ChatClient {
  const { hostname, port } = new URL(baseUrl);
  const request =
    `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n` +
    `${key === undefined ? '' : `authorization: Bearer ${key}\r\n`}content-length: ${ASKED.length}\r\n\r\n${ASKED}`;
  const idle: Connection[] = [];
  const all = new Set<Connection>();

  const open = (): Connection => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const connection: Connection = { socket, settle: undefined };
    all.add(connection);
    onMessages(socket, ({ head, body }) => {
      const { settle } = connection;
      connection.settle = undefined;
      idle.push(connection);
      if (head.startsWith('HTTP/1.1 200 ')) settle?.resolve(body);
      else settle?.reject(new Error(`${head}\n${body.toString()}`));
    });
    socket.on('error', (error) => connection.settle?.reject(error));
    socket.on('close', () => {
      all.delete(connection);
      connection.settle?.reject(new Error(`${baseUrl} hung up`));
    });
    return connection;
  };

  return {
    ask: () =>
      new Promise((resolve, reject) => {
        const connection = idle.pop() ?? open();
        connection.settle = { resolve, reject };
        connection.socket.write(request);
      }),
    close: () => all.forEach(({ socket }) => socket.destroy()),
  };
}
