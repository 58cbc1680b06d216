import { Worker } from 'node:worker_threads';

/** An OpenAI-compatible server on loopback, in a thread of its own, that answers the same after so long. */
export interface MockModelServer {
  readonly baseUrl: string;
  close(): Promise<void>;
}

// As text, so that the thread needs no loader: it runs from sources and from a build alike.
const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const body = JSON.stringify({
    id: 'c', object: 'chat.completion', created: 1, model: 'mock',
    choices: [{ index: 0, message: { role: 'assistant', content: 'A short reply, for measuring.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
  });
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const answer = () => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
        response.end(body);
      };
      workerData.delayMs > 0 ? setTimeout(answer, workerData.delayMs) : answer();
    });
  });
  server.keepAliveTimeout = 60000;
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

export async function startMockModelServer(delayMs: number): Promise<MockModelServer> {
  const worker = new Worker(SERVER, { eval: true, workerData: { delayMs }, execArgv: [] });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { baseUrl: `http://127.0.0.1:${port}/v1`, close: async () => void (await worker.terminate()) };
}
